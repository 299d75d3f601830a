// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.util.Map;
import java.util.Random;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * What XGBoost is trained on here: random labels, learned slowly, so that each round grows a large
 * tree (about 17 kB of model).
 */
final class Boosting {
  static final Map<String, Object> PARAMETERS =
      Map.of("max_depth", 10, "eta", 0.01, "tree_method", "hist", "nthread", 1);

  private static final int ROWS = 4096;
  private static final int COLUMNS = 16;

  private Boosting() {}

  /** The rows, the same each time. */
  static DMatrix data() throws XGBoostError {
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
}
