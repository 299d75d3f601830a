// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.nio.file.Path;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;

/**
 * {@code Booster.saveModel} and {@code XGBoost.loadModel}, in UBJSON, after one round of {@link
 * Boosting} for each megabyte asked for: models as large as networks are not trained.
 */
final class XgboostPeer implements Peer {
  private final String file;
  private final DMatrix data;
  private final Booster booster;

  XgboostPeer(int rounds, Path folder) throws Exception {
    this.file = folder.resolve("peer.ubj").toString();
    this.data = Boosting.data();
    this.booster = XGBoost.train(data, Boosting.PARAMETERS, rounds, Map.of(), null, null);
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
