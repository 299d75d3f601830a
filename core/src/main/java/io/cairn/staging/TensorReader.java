// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import io.cairn.format.StoredPart;
import io.cairn.format.TensorEntry;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.TensorMemory;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads tensors of one part, each against its digest. */
final class TensorReader {
  private static final int BUFFER_BYTES = 4 << 20;

  private final ByteSource source;
  private final StoredPart part;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

  TensorReader(ByteSource source, StoredPart part) {
    this.source = source;
    this.part = part;
  }

  void copy(String name, TensorEntry entry, TensorMemory target) throws CheckpointException {
    long size = entry.spec().byteSize();
    Digest.Crc32c crc = new Digest.Crc32c();
    try {
      for (long at = 0; at < size; at += BUFFER_BYTES) {
        ByteBuffer piece = buffer((int) Math.min(BUFFER_BYTES, size - at));
        source.readFully(part.position(entry) + at, piece);
        crc.update(piece.flip());
        target.write(at, piece.rewind());
      }
    } catch (IOException e) {
      throw changed(name, "could not be read again: " + e.getMessage(), e);
    }
    if (!crc.digest().equals(entry.digest())) {
      throw changed(name, "has digest " + crc.digest() + ", expected " + entry.digest(), null);
    }
  }

  private ByteBuffer buffer(int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    return buffer.clear().limit(bytes);
  }

  private static CorruptSnapshotException changed(String name, String what, IOException cause) {
    return new CorruptSnapshotException(
        "Tensor '"
            + name
            + "' "
            + what
            + ", after the whole file had been verified: the file changed while it was loaded."
            + " The training's state is now partly overwritten; start the process again",
        cause);
  }
}
