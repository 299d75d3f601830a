// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.nio.file.Path;

/** {@code Model.save} and {@code Model.load}: linear layers of 4 MiB each. */
final class DjlPeer implements Peer {
  private static final int WIDTH = 1024;
  private static final int LAYER_MEGABYTES = 4;

  private final Path folder;
  private final int megabytes;
  private final Model model;

  DjlPeer(int megabytes, Path folder) {
    this.folder = folder;
    this.megabytes = megabytes;
    this.model = Model.newInstance("peer");
    Block block = block();
    block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, WIDTH));
    model.setBlock(block);
  }

  private Block block() {
    SequentialBlock block = new SequentialBlock();
    for (int layer = 0; layer < Math.max(1, megabytes / LAYER_MEGABYTES); layer++) {
      block.add(Linear.builder().setUnits(WIDTH).optBias(false).build());
    }
    return block;
  }

  @Override
  public void save() throws Exception {
    model.save(folder, "peer");
  }

  @Override
  public Object load() throws Exception {
    try (Model loaded = Model.newInstance("peer")) {
      loaded.setBlock(block());
      loaded.load(folder, "peer");
      return loaded.getName();
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
