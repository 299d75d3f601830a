// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import io.cairn.model.CheckpointException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tensors that any thread may write: who has read a block also copies it to where it goes, out of
 * the caches of its processor. Used once.
 */
final class UnorderedRead {
  private final ByteSource source;
  private final List<ReadPlan.Block> blocks;
  private final List<List<Digest>> digests;
  private final AtomicInteger next = new AtomicInteger();

  UnorderedRead(ByteSource source, List<ReadPlan.Block> blocks) {
    this.source = source;
    this.blocks = blocks;
    this.digests = new ArrayList<>(Collections.nCopies(blocks.size(), List.of()));
  }

  /** Copies everything, with helpers if there is enough of it. */
  void copy(Copiers copiers) throws IOException {
    int helpers = copiers.helpersToRead(ReadPlan.bytes(blocks));
    copiers.together(helpers, this::copyBlocks, this::copyBlocks);
    requireDigests();
  }

  private void requireDigests() throws CheckpointException {
    TensorDigests expected = new TensorDigests();
    for (int i = 0; i < blocks.size(); i++) {
      expected.require(blocks.get(i), digests.get(i));
    }
  }

  private boolean copyBlocks() throws CheckpointException {
    BlockReader reader = new BlockReader(source);
    try {
      for (int i = next.getAndIncrement(); i < blocks.size(); i = next.getAndIncrement()) {
        digests.set(i, reader.read(blocks.get(i)));
        reader.write(blocks.get(i));
      }
      return true;
    } finally {
      next.set(blocks.size()); // if this failed, the others need not go on
    }
  }
}
