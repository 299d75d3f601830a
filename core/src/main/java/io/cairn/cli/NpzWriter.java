// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorInfo;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/** Writes tensors as {@code numpy.savez} does: a zip file of stored {@code .npy} files. */
final class NpzWriter implements Closeable {
  private final StoredZip zip;

  NpzWriter(OutputStream out) {
    zip = new StoredZip(out);
  }

  void add(SnapshotReader snapshot, TensorInfo tensor) throws IOException {
    byte[] header = NpyType.header(tensor.spec());
    zip.add(
        tensor.fullName() + ".npy",
        header.length + NpyType.bytes(tensor.spec()),
        out -> {
          out.write(header);
          snapshot.read(tensor, NpyType.converting(tensor.spec().dtype(), Bytes.to(out)));
        });
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
