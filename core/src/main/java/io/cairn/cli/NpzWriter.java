// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.SnapshotReader.Pieces;
import io.cairn.inspect.TensorInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes tensors as {@code numpy.savez} does: a zip file of stored {@code .npy} files. Each tensor
 * is read twice, because a stored entry begins with its checksum; the same snapshot gives the same
 * bytes.
 */
final class NpzWriter implements Closeable {
  private static final LocalDateTime FIRST_ZIP_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final ZipOutputStream zip;

  NpzWriter(OutputStream out) {
    zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
  }

  void add(SnapshotReader snapshot, TensorInfo tensor) throws IOException {
    byte[] header = NpyType.header(tensor.spec());
    CRC32 crc = new CRC32();
    crc.update(header);
    read(snapshot, tensor, crc::update);
    ZipEntry entry = new ZipEntry(tensor.fullName() + ".npy");
    entry.setTimeLocal(FIRST_ZIP_TIME);
    entry.setSize(header.length + NpyType.bytes(tensor.spec()));
    entry.setCompressedSize(entry.getSize());
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(header);
    byte[] piece = new byte[1 << 16];
    read(
        snapshot,
        tensor,
        bytes -> {
          while (bytes.hasRemaining()) {
            int count = Math.min(piece.length, bytes.remaining());
            bytes.get(piece, 0, count);
            zip.write(piece, 0, count);
          }
        });
    zip.closeEntry();
  }

  private static void read(SnapshotReader snapshot, TensorInfo tensor, Pieces target)
      throws IOException {
    snapshot.read(tensor, NpyType.converting(tensor.spec().dtype(), target));
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
