// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.example;

import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Dataset;
import java.util.Arrays;
import java.util.Random;

/** What the examples train on: is a point inside of the unit sphere? */
final class Points {
  static final int DIMENSIONS = 4;

  private Points() {}

  static Block network() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(32).build())
        .add(Activation.reluBlock())
        .add(Dropout.builder().optRate(0.1f).build())
        .add(Linear.builder().setUnits(2).build());
  }

  static Dataset dataset(NDManager manager, int rows, long seed) {
    Random random = new Random(seed);
    float[] points = new float[rows * DIMENSIONS];
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      float squares = 0;
      for (int i = 0; i < DIMENSIONS; i++) {
        float place = random.nextFloat() * 1.6f - 0.8f;
        points[row * DIMENSIONS + i] = place;
        squares += place * place;
      }
      labels[row] = squares < 1 ? 1 : 0;
    }
    return new ArrayDataset.Builder()
        .setData(manager.create(points, new Shape(rows, DIMENSIONS)))
        .optLabels(manager.create(labels))
        .setSampling(32, true)
        .build();
  }

  /** A number that changes with any bit of any parameter. */
  static int bits(Model model) {
    return model.getBlock().getParameters().values().stream()
        .mapToInt(parameter -> Arrays.hashCode(parameter.getArray().toFloatArray()))
        .reduce(1, (sum, each) -> 31 * sum + each);
  }
}
