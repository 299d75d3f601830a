// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.Digest;
import io.cairn.format.DirectMemory;
import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.store.PendingFile;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Copies parts from one store to another as a commit would write them: data first, manifest last,
 * so that the part exists there when all of it does. Digests are checked on the way; what does not
 * fit is not published. Used by one thread.
 */
public final class PartCopy {
  private static final int BUFFER_BYTES = 4 << 20;

  private final Store from;
  private final Store to;
  private final LongConsumer progress;
  private final ByteBuffer buffer = DirectMemory.allocate(BUFFER_BYTES);

  /**
   * A copier.
   *
   * @param progress is told how many bytes of data arrived, piece by piece
   */
  public PartCopy(Store from, Store to, LongConsumer progress) {
    this.from = from;
    this.to = to;
    this.progress = progress;
  }

  /**
   * Copies a part, or what of it is not there yet.
   *
   * @param manifestBytes the size of its manifest by a listing
   * @return its manifest
   * @throws CorruptSnapshotException if its bytes are not what its manifest says
   * @throws NoSuchFileException if it vanished
   * @throws FileAlreadyExistsException if the other place has another part of this name
   * @throws IOException if it could not be copied; then it does not exist there, but data of it may
   */
  public Manifest copy(PartName part, long manifestBytes) throws IOException {
    byte[] bytes = Manifests.bytes(from, part.manifest(), manifestBytes);
    Manifest manifest = Manifests.decode(bytes, part);
    boolean exists = isThere(part, bytes);
    for (FileEntry file : manifest.files()) {
      if (!holds(file, exists)) {
        copy(file);
      }
    }
    if (!exists) {
      write(part.manifest(), bytes);
    }
    return manifest;
  }

  private boolean isThere(PartName part, byte[] expected) throws IOException {
    Optional<byte[]> found = manifest(part);
    if (found.isPresent() && !Arrays.equals(found.get(), expected)) {
      throw different(part.manifest());
    }
    return found.isPresent();
  }

  private Optional<byte[]> manifest(PartName part) throws IOException {
    try {
      return Optional.of(Manifests.bytes(to, part.manifest(), 0));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Whether the other place has the data; without a manifest, wrong data may be replaced. */
  private boolean holds(FileEntry expected, boolean manifestIsThere) throws IOException {
    boolean right;
    try (ReadableFile file = to.open(expected.name())) {
      right = file.size() == expected.bytes() && digest(file).equals(expected.digest());
    } catch (NoSuchFileException e) {
      return false;
    }
    if (!right && manifestIsThere) {
      throw different(expected.name());
    }
    if (!right) {
      to.delete(expected.name());
    }
    return right;
  }

  private FileAlreadyExistsException different(String name) {
    return new FileAlreadyExistsException(
        name, null, to + " has one with other bytes, which is not replaced; move it away");
  }

  private Digest digest(ReadableFile file) throws IOException {
    Digest.Crc32c crc = new Digest.Crc32c();
    long size = file.size();
    for (long at = 0; at < size; at += buffer.limit()) {
      crc.update(fill(file, at, size));
    }
    return crc.digest();
  }

  private ByteBuffer fill(ReadableFile file, long at, long size) throws IOException {
    buffer.clear().limit((int) Math.min(BUFFER_BYTES, size - at));
    file.readFully(at, buffer);
    return buffer.flip();
  }

  private void copy(FileEntry entry) throws IOException {
    Digest.Crc32c crc = new Digest.Crc32c();
    try (ReadableFile source = from.open(entry.name());
        PendingFile target = create(entry.name())) {
      long size = source.size();
      long told = 0;
      for (long at = 0; at < size; at += buffer.limit()) {
        ByteBuffer piece = fill(source, at, size);
        crc.update(piece.duplicate());
        target.write(piece);
        told = tell(told, at + piece.limit() - target.unsent());
      }
      requireWhole(entry, size, crc.digest());
      target.publish();
      tell(told, size);
    }
  }

  private long tell(long told, long arrived) {
    if (arrived > told) {
      progress.accept(arrived - told);
    }
    return arrived;
  }

  private void requireWhole(FileEntry entry, long size, Digest digest)
      throws CorruptSnapshotException {
    if (size != entry.bytes() || !digest.equals(entry.digest())) {
      throw new CorruptSnapshotException(
          "Data file '"
              + entry.name()
              + "' in "
              + from
              + " has "
              + size
              + " bytes and digest "
              + digest
              + ", its manifest says "
              + entry.bytes()
              + " and "
              + entry.digest()
              + "; it was not copied");
    }
  }

  /** A copy that was killed has left its temporary file. */
  private PendingFile create(String name) throws IOException {
    try {
      return to.create(name);
    } catch (FileAlreadyExistsException e) {
      to.deleteAbandoned(name);
      return to.create(name);
    }
  }

  private void write(String name, byte[] bytes) throws IOException {
    try (PendingFile file = create(name)) {
      file.write(ByteBuffer.wrap(bytes));
      file.publish();
    }
  }
}
