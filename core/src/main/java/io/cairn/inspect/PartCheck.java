// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.commit.Manifests;
import io.cairn.commit.OpenPart;
import io.cairn.commit.PartName;
import io.cairn.format.Digest;
import io.cairn.format.DirectMemory;
import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.format.StoredPart;
import io.cairn.format.TensorEntry;
import io.cairn.inspect.Finding.Kind;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads one part whole and notes everything that is wrong with it. Used by one thread, once. */
final class PartCheck {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int LEAST_BUFFER_BYTES = 1 << 12;

  private final Store store;
  private final SnapshotListing snapshot;
  private final PartName name;
  private final boolean deep;
  private final LongConsumer progress;
  private final ByteBuffer buffer;
  private final List<Finding> findings = new ArrayList<>();
  private Optional<Manifest> manifest = Optional.empty();
  private Optional<StoredPart> content = Optional.empty();
  private long bytesRead;

  PartCheck(Store store, SnapshotListing snapshot, int part, boolean deep, LongConsumer progress) {
    this.store = store;
    this.snapshot = snapshot;
    this.name = new PartName(snapshot.run(), snapshot.id(), part, snapshot.parts());
    this.deep = deep;
    this.progress = progress;
    long bytes = Math.min(BUFFER_BYTES, Math.max(LEAST_BUFFER_BYTES, snapshot.bytes()));
    this.buffer = DirectMemory.allocate((int) bytes);
  }

  /** What was found, and what could be read; the content is for a deep check alone. */
  record Result(
      PartName name,
      List<Finding> findings,
      Optional<Manifest> manifest,
      Optional<StoredPart> content,
      long bytesRead) {}

  Result run() {
    guarded(name.manifest(), this::readManifest);
    if (findings.isEmpty()) {
      manifest.orElseThrow().files().forEach(file -> guarded(file.name(), () -> checkFile(file)));
    }
    return new Result(name, findings, manifest, content, bytesRead);
  }

  private interface Step {
    void run() throws IOException;
  }

  private void guarded(String file, Step step) {
    try {
      step.run();
    } catch (UnsupportedFormatException e) {
      add(Kind.UNSUPPORTED, file, e.getMessage());
    } catch (NoSuchFileException e) {
      add(Kind.INCOMPLETE, file, "'" + file + "' is missing");
    } catch (EOFException e) {
      add(Kind.DAMAGE, file, "'" + file + "' ended while it was read");
    } catch (CheckpointException e) {
      add(Kind.DAMAGE, file, e.getMessage());
    } catch (OutOfMemoryError e) {
      String why = "' could not be read: this JVM has too little memory for it";
      add(Kind.UNREADABLE, file, "'" + file + why);
    } catch (IOException e) {
      add(Kind.UNREADABLE, file, "'" + file + "' could not be read: " + Reason.of(e));
    }
  }

  /** Whether no damage was found; what else goes wrong is not for it. */
  private boolean isWhole(String file, Step step) throws IOException {
    try {
      step.run();
      return true;
    } catch (CorruptSnapshotException e) {
      add(Kind.DAMAGE, file, e.getMessage());
      return false;
    }
  }

  private void add(Kind kind, String file, String message) {
    findings.add(new Finding(kind, file, message));
  }

  private void readManifest() throws IOException {
    Long listed = snapshot.files().get(name.manifest());
    if (listed == null) {
      throw new NoSuchFileException(name.manifest());
    }
    manifest = Optional.of(Manifests.read(store, name, listed));
    count(listed);
    Manifests.requireOwnFiles(manifest.get(), name);
  }

  private void checkFile(FileEntry expected) throws IOException {
    boolean whole = isWhole(expected.name(), () -> checkBytes(expected));
    try (OpenPart open = OpenPart.open(store, expected.name())) {
      content = deep ? Optional.of(open.part()) : Optional.empty();
      // As a restore does before it takes the header's word for the tensors.
      if (!whole || !isWhole(expected.name(), () -> open.requireDigest(expected)) || deep) {
        checkTensors(expected.name(), open);
      }
    }
  }

  private void checkBytes(FileEntry expected) throws IOException {
    try (ReadableFile file = store.open(expected.name())) {
      long size = file.size();
      expected.requireSize(size);
      Digest found = digest(file::readFully, 0, size);
      count(size);
      expected.requireDigest(found);
    }
  }

  /** Says which tensors a damage is in. */
  private void checkTensors(String file, OpenPart open) throws IOException {
    for (var section : open.part().header().sections().entrySet()) {
      for (TensorEntry tensor : section.getValue().tensors().values()) {
        String full = section.getKey() + "/" + tensor.spec().name();
        guarded(file, () -> checkTensor(file, open, full, tensor));
      }
    }
  }

  private void checkTensor(String file, OpenPart open, String full, TensorEntry tensor)
      throws IOException {
    long start = open.part().position(tensor);
    Digest found = digest(open.source()::readFully, start, tensor.spec().byteSize());
    if (!found.equals(tensor.digest())) {
      add(
          Kind.DAMAGE,
          file,
          "Tensor '%s' in '%s' has digest %s, its header says %s"
              .formatted(full, file, found, tensor.digest()));
    }
  }

  private interface Bytes {
    void readFully(long position, ByteBuffer target) throws IOException;
  }

  private Digest digest(Bytes source, long start, long size) throws IOException {
    Digest.Crc32c crc = new Digest.Crc32c();
    for (long at = 0; at < size; at += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
      source.readFully(start + at, buffer);
      crc.update(buffer.flip());
      progress.accept(buffer.limit());
    }
    return crc.digest();
  }

  private void count(long bytes) {
    bytesRead += bytes;
  }
}
