// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.format.DirectMemory;
import io.cairn.staging.Copiers;
import io.cairn.staging.SideThread;
import io.cairn.store.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Digests whole files: a large one with several threads, of which each takes the next block when it
 * has digested one. Used by one thread.
 */
final class FileDigester {
  /** Fits into the caches of a processor: what was read is digested before it leaves them. */
  private static final int BLOCK_BYTES = 1 << 18;

  private final Copiers readers;
  private final Queue<ByteBuffer> memory = new ConcurrentLinkedQueue<>();

  FileDigester(Copiers readers) {
    this.readers = readers;
  }

  /** The digest of the first bytes of a file. */
  Digest digest(ReadableFile file, long size) throws IOException {
    Blocks blocks = new Blocks(file, size);
    SideThread.Work<Boolean> work = () -> read(blocks);
    readers.together(file.isRandomAccess() ? readers.helpersToRead(size) : 0, work, work);
    return blocks.digest();
  }

  /** Memory is used again for the next file: there may be thousands. */
  private boolean read(Blocks blocks) throws IOException {
    int capacity = blocks.most();
    ByteBuffer kept = memory.poll();
    ByteBuffer buffer =
        kept != null && kept.capacity() >= capacity ? kept : DirectMemory.allocate(capacity);
    try {
      return blocks.read(buffer);
    } finally {
      memory.add(buffer);
    }
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

    /** The size of the largest. */
    int most() {
      return (int) Math.min(BLOCK_BYTES, size);
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
