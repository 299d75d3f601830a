// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Tensors that only the training thread may write, or of a source that only one thread at a time
 * may read: while a block of the file is copied to where it goes, the next ones are read and
 * digested beside it. Used once.
 */
final class OrderedRead {
  /** How many blocks are read before they are needed: no thread waits for the other each time. */
  private static final int AHEAD = 4;

  private final ByteSource source;
  private final Iterator<ReadPlan.Block> blocks;
  private final long bytes;
  private final Deque<SideThread.Result<Content>> coming = new ArrayDeque<>();
  private final TensorDigests expected = new TensorDigests();

  OrderedRead(ByteSource source, List<ReadPlan.Block> blocks) {
    this.source = source;
    this.blocks = blocks.iterator();
    this.bytes = ReadPlan.bytes(blocks);
  }

  /** A block that was read, in the memory of its reader, and the digests of its pieces. */
  private record Content(ReadPlan.Block block, BlockReader reader, List<Digest> digests) {}

  /** Copies everything in order; another thread reads, if there is enough of it. */
  void copy() throws IOException {
    try (SideThread side = SideThread.forBytes(bytes)) {
      while (blocks.hasNext() && coming.size() < AHEAD) {
        readNext(side, new BlockReader(source));
      }
      while (!coming.isEmpty()) {
        helpUntilFirst();
        Content content = coming.remove().await();
        expected.require(content.block(), content.digests());
        content.reader().write(content.block());
        if (blocks.hasNext()) {
          readNext(side, content.reader());
        }
      }
    }
  }

  private void readNext(SideThread side, BlockReader reader) {
    ReadPlan.Block block = blocks.next();
    coming.add(side.start(() -> new Content(block, reader, reader.read(block))));
  }

  /** Copying takes less time than reading: who waits for a block may as well read another. */
  private void helpUntilFirst() {
    Iterator<SideThread.Result<Content>> next = coming.iterator();
    while (source.isConcurrent() && next.hasNext() && !coming.element().isDone()) {
      next.next().help();
    }
  }
}
