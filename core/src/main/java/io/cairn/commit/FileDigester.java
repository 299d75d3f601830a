// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.format.DirectMemory;
import io.cairn.staging.SideThread;
import io.cairn.store.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Digests whole files: a large one with two threads, of which each takes the next block when it has
 * digested one. Used by one thread.
 */
final class FileDigester {
  /** Fits into the caches of a processor: what was read is digested before it leaves them. */
  private static final int BLOCK_BYTES = 1 << 19;

  private static final int LEAST_BLOCKS_FOR_TWO = 16;

  private ByteBuffer mine = DirectMemory.allocate(0);
  private ByteBuffer others = DirectMemory.allocate(0);

  /** The digest of the first bytes of a file. */
  Digest digest(ReadableFile file, long size) throws IOException {
    Blocks blocks = new Blocks(file, size);
    mine = withCapacity(mine, size);
    if (blocks.count() < LEAST_BLOCKS_FOR_TWO) {
      blocks.read(mine);
    } else {
      others = withCapacity(others, size);
      readWithTwo(blocks);
    }
    return blocks.digest();
  }

  private void readWithTwo(Blocks blocks) throws IOException {
    try (SideThread side = SideThread.of(1)) {
      side.together(1, () -> blocks.read(others), () -> blocks.read(mine));
    }
  }

  private static ByteBuffer withCapacity(ByteBuffer buffer, long size) {
    int capacity = (int) Math.min(BLOCK_BYTES, size);
    return buffer.capacity() >= capacity ? buffer : DirectMemory.allocate(capacity);
  }

  /** A file while it is digested. */
  private static final class Blocks {
    private final ReadableFile file;
    private final long size;
    private final Digest[] digests;
    private final AtomicInteger next = new AtomicInteger();

    Blocks(ReadableFile file, long size) {
      this.file = file;
      this.size = size;
      this.digests = new Digest[Math.toIntExact((size + BLOCK_BYTES - 1) / BLOCK_BYTES)];
    }

    int count() {
      return digests.length;
    }

    boolean read(ByteBuffer buffer) throws IOException {
      int block = next.getAndIncrement();
      while (block < digests.length) {
        file.readFully(start(block), buffer.clear().limit(bytes(block)));
        digests[block] = Digest.of(buffer.flip());
        block = next.getAndIncrement();
      }
      return true;
    }

    Digest digest() {
      DigestChain chain = new DigestChain();
      for (int block = 0; block < digests.length; block++) {
        chain.append(digests[block], bytes(block));
      }
      return chain.digest();
    }

    private static long start(int block) {
      return (long) block * BLOCK_BYTES;
    }

    private int bytes(int block) {
      return (int) Math.min(BLOCK_BYTES, size - start(block));
    }
  }
}
