// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

/** Something people train, made small: a network, its loss and generated data. */
public interface Task {
  /** How many rows a batch has. */
  int BATCH = 6;

  /** A new network without parameters. */
  Block network();

  /** What is to become small. */
  Loss loss();

  /** What makes it small. */
  default Optimizer optimizer() {
    return Optimizer.adam().build();
  }

  /** The shape of a batch. */
  Shape input();

  /** Generated data, always the same for the same seed. */
  RandomAccessDataset data(NDManager manager, int rows, long seed, boolean shuffled);
}
