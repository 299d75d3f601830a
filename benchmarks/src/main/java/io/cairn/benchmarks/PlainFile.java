// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** What a disk can do: bytes written one after the other to a new file, and forced. */
final class PlainFile {
  private PlainFile() {}

  /**
   * Writes a block again and again.
   *
   * @param bytes how many in all
   * @param how through the page cache, or past it
   */
  static void write(Path path, ByteBuffer block, long bytes, OpenOption... how) throws IOException {
    Set<OpenOption> options = new HashSet<>(Set.of(how));
    options.add(StandardOpenOption.CREATE_NEW);
    options.add(StandardOpenOption.WRITE);
    try (FileChannel file = FileChannel.open(path, options)) {
      for (long written = 0; written < bytes; ) {
        ByteBuffer piece = block.slice(0, (int) Math.min(block.capacity(), bytes - written));
        while (piece.hasRemaining()) {
          written += file.write(piece);
        }
      }
      file.force(true);
    }
  }
}
