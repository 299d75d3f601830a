// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import java.util.Random;

/** Words as numbers; the question is whether word 0 comes before word 1. */
final class Sequences {
  static final int LENGTH = 10;
  static final int WORDS = 12;
  static final Shape BATCH = new Shape(Task.BATCH, LENGTH);

  private Sequences() {}

  static RandomAccessDataset data(NDManager manager, int rows, long seed, boolean shuffled) {
    Random random = new Random(seed);
    long[] words = new long[rows * LENGTH];
    int[] labels = new int[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < LENGTH; i++) {
        words[row * LENGTH + i] = random.nextLong(2, WORDS);
      }
      int first = random.nextInt(LENGTH - 1);
      int second = first + 1 + random.nextInt(LENGTH - 1 - first);
      labels[row] = random.nextInt(2);
      words[row * LENGTH + first] = labels[row];
      words[row * LENGTH + second] = labels[row] == 0 ? 1 : 0;
    }
    return new ArrayDataset.Builder()
        .setData(manager.create(words, new Shape(rows, LENGTH)))
        .optLabels(manager.create(labels))
        .setSampling(Task.BATCH, shuffled)
        .build();
  }
}
