// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.util.Arrays;
import java.util.Random;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Generated data, the same in every process; every tenth value is missing. */
final class Samples {
  static final int COLUMNS = 12;
  private static final int GROUP = 15;
  private static final int CATEGORIES = 7;

  /** What the labels are. */
  enum Labels {
    NUMBERS,
    YES_NO,
    THREE_CLASSES,
    RANKED,
    /** Numbers; every third column holds categories. */
    FROM_CATEGORIES
  }

  private Samples() {}

  static DMatrix of(Labels labels, int rows, long seed) throws XGBoostError {
    Random random = new Random(seed);
    float[] values = new float[rows * COLUMNS];
    float[] target = new float[rows];
    for (int row = 0; row < rows; row++) {
      double sum = random.nextGaussian();
      for (int column = 0; column < COLUMNS; column++) {
        float value = value(labels, column, random);
        values[row * COLUMNS + column] = value;
        sum += Float.isNaN(value) ? 0 : value * (column % 3 - 1);
      }
      target[row] = label(labels, sum);
    }
    DMatrix data = new DMatrix(values, rows, COLUMNS, Float.NaN);
    data.setLabel(target);
    describe(data, labels, rows);
    return data;
  }

  private static float value(Labels labels, int column, Random random) {
    float value =
        isCategory(labels, column) ? random.nextInt(CATEGORIES) : (float) random.nextGaussian();
    return random.nextInt(10) == 0 ? Float.NaN : value;
  }

  private static boolean isCategory(Labels labels, int column) {
    return labels == Labels.FROM_CATEGORIES && column % 3 == 2;
  }

  private static float label(Labels labels, double sum) {
    return switch (labels) {
      case NUMBERS, FROM_CATEGORIES -> (float) sum;
      case YES_NO -> sum > 0 ? 1 : 0;
      case THREE_CLASSES -> (int) Math.abs(sum) % 3;
      case RANKED -> Math.min(4, (int) Math.abs(sum));
    };
  }

  private static void describe(DMatrix data, Labels labels, int rows) throws XGBoostError {
    if (labels == Labels.RANKED) {
      int[] groups = new int[rows / GROUP];
      Arrays.fill(groups, GROUP);
      data.setGroup(groups);
    }
    if (labels == Labels.FROM_CATEGORIES) {
      String[] types = new String[COLUMNS];
      Arrays.setAll(types, column -> isCategory(labels, column) ? "c" : "q");
      data.setFeatureTypes(types);
    }
  }
}
