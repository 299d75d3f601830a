// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.format.DirectMemory;
import io.cairn.store.DirectWrites;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a disk can do: bytes written one after the other to a new file, and forced. */
final class PlainFile {
  /** Written at once; more is not faster. */
  private static final int PIECE_BYTES = 16 << 20;

  private PlainFile() {}

  /** Memory for so many bytes as it is written best: at the beginning of a page, each touched. */
  static List<ByteBuffer> memory(long bytes) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (long left = bytes; left > 0; left -= PIECE_BYTES) {
      pieces.add(DirectMemory.allocate((int) Math.min(PIECE_BYTES, left)));
    }
    return pieces;
  }

  /** Writes pieces of memory, one behind the other, through the page cache. */
  static void write(Path path, List<ByteBuffer> pieces) throws IOException {
    write(path, pieces, Set.of());
  }

  /** Writes them past the page cache. */
  static void writeDirect(Path path, List<ByteBuffer> pieces) throws IOException {
    write(path, pieces, Set.of(DirectWrites.option().orElseThrow()));
  }

  private static void write(Path path, List<ByteBuffer> pieces, Set<OpenOption> how)
      throws IOException {
    Set<OpenOption> options = new HashSet<>(how);
    options.add(StandardOpenOption.CREATE_NEW);
    options.add(StandardOpenOption.WRITE);
    try (FileChannel file = FileChannel.open(path, options)) {
      for (ByteBuffer piece : pieces) {
        ByteBuffer left = piece.duplicate();
        while (left.hasRemaining()) {
          file.write(left);
        }
      }
      file.force(true);
    }
  }
}
