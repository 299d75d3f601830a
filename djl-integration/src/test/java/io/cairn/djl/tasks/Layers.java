// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;

/** Pieces that several networks are made of. */
final class Layers {

  private Layers() {}

  /** Looks at each pixel's neighbours. */
  static Block convolution(int filters) {
    return Conv2d.builder()
        .setFilters(filters)
        .setKernelShape(new Shape(3, 3))
        .optPadding(new Shape(1, 1))
        .build();
  }

  /** A convolution, batch norm and an activation. */
  static SequentialBlock convolutionNormed(int filters) {
    return new SequentialBlock()
        .add(convolution(filters))
        .add(BatchNorm.builder().build())
        .add(Activation.reluBlock());
  }

  /** Halves width and height. */
  static Block halved() {
    return Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2));
  }
}
