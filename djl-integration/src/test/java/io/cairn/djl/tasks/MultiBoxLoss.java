// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.loss.AbstractCompositeLoss;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SoftmaxCrossEntropyLoss;
import ai.djl.util.Pair;
import java.util.List;

/**
 * What DJL's {@code SingleShotDetectionLoss} is: classes by cross-entropy and moves by distance.
 * That one needs {@code MultiBoxTarget}, which DJL does not have on PyTorch, so targets are found
 * here: a box has the object if it covers much of it.
 */
final class MultiBoxLoss extends AbstractCompositeLoss {
  /** A label is a class and the left, top, right and bottom of the object. */
  static final int LABEL = 5;

  private static final float COVERED = 0.4f;

  MultiBoxLoss() {
    super("multi-box");
    components = List.of(new SoftmaxCrossEntropyLoss("classes", 1, -1, false, true), Loss.l1Loss());
  }

  @Override
  protected Pair<NDList, NDList> inputForComponent(
      int component, NDList labels, NDList predictions) {
    NDArray classes = predictions.get(1);
    NDArray moves = predictions.get(2);
    Targets targets = new Targets(predictions.head(), labels.head());
    NDManager manager = moves.getManager();
    if (component == 0) {
      NDArray wanted = manager.create(targets.classes).oneHot((int) classes.getShape().get(2));
      return new Pair<>(new NDList(wanted.reshape(classes.getShape())), new NDList(classes));
    }
    NDArray wanted = manager.create(targets.moves, moves.getShape());
    NDArray mask = manager.create(targets.mask, moves.getShape());
    return new Pair<>(new NDList(wanted), new NDList(moves.mul(mask)));
  }

  /** What the network should have said. */
  private static final class Targets {
    final int[] classes;
    final float[] moves;
    final float[] mask;

    Targets(NDArray boxes, NDArray labels) {
      float[] box = boxes.toFloatArray();
      float[] label = labels.toFloatArray();
      int count = box.length / 4;
      int rows = label.length / LABEL;
      classes = new int[rows * count];
      moves = new float[classes.length * 4];
      mask = new float[moves.length];
      for (int row = 0; row < rows; row++) {
        for (int i = 0; i < count; i++) {
          fill(row * count + i, box, i * 4, label, row * LABEL);
        }
      }
    }

    private void fill(int target, float[] box, int b, float[] label, int l) {
      if (overlap(box, b, label, l + 1) >= COVERED) {
        classes[target] = 1 + (int) label[l];
        for (int i = 0; i < 4; i++) {
          moves[target * 4 + i] = 10 * (label[l + 1 + i] - box[b + i]);
          mask[target * 4 + i] = 1;
        }
      }
    }

    /** Intersection over union. */
    private static float overlap(float[] one, int a, float[] other, int b) {
      float width = Math.min(one[a + 2], other[b + 2]) - Math.max(one[a], other[b]);
      float height = Math.min(one[a + 3], other[b + 3]) - Math.max(one[a + 1], other[b + 1]);
      if (width <= 0 || height <= 0) {
        return 0;
      }
      float common = width * height;
      return common / (area(one, a) + area(other, b) - common);
    }

    private static float area(float[] box, int at) {
      return (box[at + 2] - box[at]) * (box[at + 3] - box[at + 1]);
    }
  }
}
