// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;

/** Grey pictures full of noise, each with one bright rectangle somewhere. */
final class Pictures {
  static final int SIDE = 16;
  static final Shape BATCH = new Shape(Task.BATCH, 1, SIDE, SIDE);
  private static final int PIXELS = SIDE * SIDE;

  private final int rows;
  final float[] pixels;
  final Box[] boxes;

  /** A rectangle in pixels; the ends are not part of it. */
  record Box(int left, int top, int right, int bottom) {
    boolean holds(int pixel) {
      int x = pixel % SIDE;
      int y = pixel / SIDE;
      return x >= left && x < right && y >= top && y < bottom;
    }

    /** 0 for a wide one, 1 for a high one. */
    int kind() {
      return right - left > bottom - top ? 0 : 1;
    }
  }

  Pictures(int rows, long seed) {
    this.rows = rows;
    this.pixels = new float[rows * PIXELS];
    this.boxes = new Box[rows];
    Random random = new Random(seed);
    for (int row = 0; row < rows; row++) {
      boxes[row] = box(random);
      for (int pixel = 0; pixel < PIXELS; pixel++) {
        float bright = boxes[row].holds(pixel) ? 1 : 0;
        pixels[row * PIXELS + pixel] = bright + (float) random.nextGaussian() / 4;
      }
    }
  }

  private static Box box(Random random) {
    int side = 4 + random.nextInt(3);
    int other = 8 + random.nextInt(4);
    boolean wide = random.nextBoolean();
    int width = wide ? other : side;
    int height = wide ? side : other;
    int left = random.nextInt(SIDE - width);
    int top = random.nextInt(SIDE - height);
    return new Box(left, top, left + width, top + height);
  }

  NDArray images(NDManager manager) {
    return manager.create(pixels, new Shape(rows, 1, SIDE, SIDE));
  }
}
