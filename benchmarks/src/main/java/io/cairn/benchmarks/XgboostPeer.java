// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;

/**
 * {@code Booster.saveModel} and {@code XGBoost.loadModel}, in UBJSON. Trees are grown on random
 * labels, one round for each megabyte asked for (about 0.1 MB a round): models as large as networks
 * are not trained.
 */
final class XgboostPeer implements Peer {
  private static final int ROWS = 4096;
  private static final int COLUMNS = 16;

  private final String file;
  private final DMatrix data;
  private final Booster booster;

  XgboostPeer(int rounds, Path folder) throws Exception {
    this.file = folder.resolve("peer.ubj").toString();
    this.data = random();
    this.booster =
        XGBoost.train(
            data,
            Map.of("max_depth", 10, "tree_method", "hist", "nthread", 1),
            rounds,
            Map.of(),
            null,
            null);
  }

  private static DMatrix random() throws Exception {
    Random random = new Random(3);
    float[] values = new float[ROWS * COLUMNS];
    float[] labels = new float[ROWS];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextFloat();
    }
    DMatrix data = new DMatrix(values, ROWS, COLUMNS, Float.NaN);
    data.setLabel(labels);
    return data;
  }

  @Override
  public void save() throws Exception {
    booster.saveModel(file);
  }

  @Override
  public Object load() throws Exception {
    Booster loaded = XGBoost.loadModel(file);
    try {
      return loaded.getNumFeature();
    } finally {
      loaded.dispose();
    }
  }

  @Override
  public void close() {
    booster.dispose();
    data.dispose();
  }
}
