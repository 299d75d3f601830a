// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.format.ManifestCodec;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** Reads manifests from a store and holds them against their names. */
public final class Manifests {
  private Manifests() {}

  /**
   * Reads the manifest of a part.
   *
   * @param listedBytes its size by the listing; refused before it is read if it is too large
   */
  public static Manifest read(Store store, PartName part, long listedBytes) throws IOException {
    return decode(bytes(store, part.manifest(), listedBytes), part);
  }

  /**
   * Holds the files that a manifest names against the part it is of.
   *
   * @throws CorruptSnapshotException if one is no data file of that part
   */
  public static void requireOwnFiles(Manifest manifest, PartName part)
      throws CorruptSnapshotException {
    for (FileEntry file : manifest.files()) {
      PartName.File data = new PartName.File(part, PartName.Kind.DATA);
      if (!PartName.parse(file.name()).equals(Optional.of(data))) {
        throw new CorruptSnapshotException(
            "Manifest '"
                + part.manifest()
                + "' names a file of something else: '"
                + file.name()
                + "'");
      }
    }
  }

  /**
   * Whether a part is no longer there: its manifest, or a file that it names.
   *
   * @throws IOException if that cannot be found out
   */
  public static boolean isGone(Store store, PartName part) throws IOException {
    try {
      for (FileEntry file : read(store, part, 0).files()) {
        store.open(file.name()).close();
      }
      return false;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** The bytes of a manifest, as they are. */
  static byte[] bytes(Store store, String name, long listedBytes) throws IOException {
    requireSize(name, listedBytes);
    try (ReadableFile file = store.open(name)) {
      long size = file.size();
      requireSize(name, size);
      byte[] bytes = new byte[(int) size];
      file.readFully(0, ByteBuffer.wrap(bytes));
      return bytes;
    }
  }

  /** Reads bytes as the manifest of a part. */
  static Manifest decode(byte[] bytes, PartName part) throws CheckpointException {
    String name = part.manifest();
    Manifest manifest = ManifestCodec.decode(bytes, name);
    PartName inside =
        new PartName(manifest.run(), manifest.id(), manifest.part(), manifest.parts());
    if (!inside.equals(part)) {
      throw new CorruptSnapshotException(
          "Manifest '" + name + "' says it is of '" + inside + "'; a file was renamed or swapped");
    }
    return manifest;
  }

  private static void requireSize(String name, long bytes) throws CorruptSnapshotException {
    if (bytes > ManifestCodec.MAX_BYTES) {
      throw new CorruptSnapshotException(
          "Manifest '"
              + name
              + "' has "
              + bytes
              + " bytes, more than the "
              + ManifestCodec.MAX_BYTES
              + " a manifest can have");
    }
  }
}
