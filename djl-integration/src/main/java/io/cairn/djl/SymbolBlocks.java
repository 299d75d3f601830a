// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.nn.Block;
import ai.djl.nn.SymbolBlock;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks that an engine loaded from a file of its own, as TorchScript. DJL tells their parameters
 * only: not whether they have buffers besides, and not in which mode they are.
 */
final class SymbolBlocks {
  private static final Logger LOG = LoggerFactory.getLogger(SymbolBlocks.class);

  private SymbolBlocks() {}

  /** Says that a resume may not be exact, if there are any in a model. */
  static void warn(Block model) {
    List<String> found = new ArrayList<>();
    collect(model.getClass().getSimpleName(), model, found);
    if (!found.isEmpty()) {
      LOG.warn(
          "Of {} a snapshot holds the parameters only: DJL does not tell what else a network from a"
              + " file of the engine has. If it has buffers that training changes (running means and"
              + " variances of batch norm), they begin again from that file when training is"
              + " resumed, and if it is the whole model, it may be in another mode until the first"
              + " validation; then a resumed training has other bits. Export the network by"
              + " torch.jit.trace in evaluation mode, which freezes batch norm, or build it of DJL's"
              + " blocks. Without buffers, and inside of another block, it is exact",
          String.join(", ", found));
    }
  }

  private static void collect(String name, Block block, List<String> found) {
    if (block instanceof SymbolBlock) {
      found.add("block " + name + " (" + block.getClass().getName() + ")");
    } else {
      for (Pair<String, Block> child : block.getChildren()) {
        collect(name + "." + child.getKey(), child.getValue(), found);
      }
    }
  }
}
