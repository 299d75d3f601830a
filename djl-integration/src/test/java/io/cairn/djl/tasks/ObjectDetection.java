// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.loss.Loss;

/** Where is it, and is it wide or high? A single-shot detector with two scales. */
public final class ObjectDetection implements Task {
  private static final float SIDE = Pictures.SIDE;

  @Override
  public Block network() {
    return new DetectorBlock();
  }

  @Override
  public Loss loss() {
    return new MultiBoxLoss();
  }

  @Override
  public Shape input() {
    return Pictures.BATCH;
  }

  @Override
  public RandomAccessDataset data(NDManager manager, int rows, long seed, boolean shuffled) {
    Pictures pictures = new Pictures(rows, seed);
    float[] labels = new float[rows * MultiBoxLoss.LABEL];
    for (int row = 0; row < rows; row++) {
      Pictures.Box box = pictures.boxes[row];
      int at = row * MultiBoxLoss.LABEL;
      labels[at] = box.kind();
      labels[at + 1] = box.left() / SIDE;
      labels[at + 2] = box.top() / SIDE;
      labels[at + 3] = box.right() / SIDE;
      labels[at + 4] = box.bottom() / SIDE;
    }
    return new ArrayDataset.Builder()
        .setData(pictures.images(manager))
        .optLabels(manager.create(labels, new Shape(rows, 1, MultiBoxLoss.LABEL)))
        .setSampling(BATCH, shuffled)
        .build();
  }
}
