// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip file of entries that are not compressed. Each entry's content is made twice, because a
 * stored entry begins with its checksum; the same contents give the same bytes.
 */
final class StoredZip implements Closeable {
  private static final LocalDateTime FIRST_ZIP_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipOutputStream zip;

  /** What an entry holds. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  StoredZip(OutputStream out) {
    zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
  }

  void add(String name, long size, Content content) throws IOException {
    CheckedOutputStream checksum =
        new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
    content.writeTo(checksum);
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(FIRST_ZIP_TIME);
    entry.setSize(size);
    entry.setCompressedSize(size);
    entry.setCrc(checksum.getChecksum().getValue());
    zip.putNextEntry(entry);
    content.writeTo(zip);
    zip.closeEntry();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
