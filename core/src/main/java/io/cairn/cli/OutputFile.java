// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file that is there whole or not at all. */
final class OutputFile {
  private OutputFile() {}

  /** Writes the bytes. */
  interface Content {
    void writeTo(FileChannel file) throws IOException, CliException;
  }

  /** Complains before long work, instead of after it. */
  static void requireFree(Path file, boolean replace) throws CliException {
    if (Files.isDirectory(file)) {
      throw new CliException(
          "'"
              + file
              + "' is a folder, but a file is to be written; name a file, such as one in it");
    }
    Path parent = file.toAbsolutePath().getParent();
    if (!Files.isDirectory(parent)) {
      throw new CliException(
          "'" + file + "' cannot be written: there is no folder '" + parent + "'; make it first");
    }
    if (Files.exists(file) && !replace) {
      throw new CliException("'" + file + "' is there already; --force replaces it");
    }
  }

  static void write(Path file, boolean replace, Content content) throws IOException, CliException {
    requireFree(file, replace);
    Path parent = file.toAbsolutePath().getParent();
    // Not createTempFile: it makes files that only their owner may read.
    Path temporary = parent.resolve(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        content.writeTo(channel);
      }
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  static OutputStream stream(FileChannel file) {
    return new BufferedOutputStream(Channels.newOutputStream(file), 1 << 20);
  }
}
