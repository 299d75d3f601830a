// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.CorruptSnapshotException;

/**
 * A data file that a manifest names.
 *
 * @param name its plain name, beside the manifest; 1 to 255 characters, never a path
 * @param bytes its size
 * @param digest the digest of its bytes as they are stored
 */
public record FileEntry(String name, long bytes, Digest digest) {

  /** The longest name, in characters. */
  public static final int MAX_NAME_CHARS = 255;

  /**
   * Checks name and size.
   *
   * @throws IllegalArgumentException if the name could be a path, or the size is negative
   */
  public FileEntry {
    Text.requireName("file", name);
    boolean path = name.indexOf('/') >= 0 || name.indexOf('\\') >= 0;
    if (path || name.length() > MAX_NAME_CHARS || name.equals(".") || name.equals("..")) {
      throw new IllegalArgumentException(
          "The name of a file is 1 to "
              + MAX_NAME_CHARS
              + " characters without '/' and '\\', not '.' or '..', but this one is '"
              + name
              + "'");
    }
    if (bytes < 0) {
      throw new IllegalArgumentException("File '" + name + "' cannot have " + bytes + " bytes");
    }
  }

  /**
   * Holds the size that was found against the one that was written.
   *
   * @throws CorruptSnapshotException if it is another
   */
  public void requireSize(long found) throws CorruptSnapshotException {
    if (found != bytes) {
      throw new CorruptSnapshotException(
          "Data file '"
              + name
              + "' has "
              + found
              + " bytes, its manifest says "
              + bytes
              + "; it was cut or replaced");
    }
  }

  /**
   * Holds the digest that was found against the one that was written.
   *
   * @throws CorruptSnapshotException if it is another
   */
  public void requireDigest(Digest found) throws CorruptSnapshotException {
    if (!found.equals(digest)) {
      throw new CorruptSnapshotException(
          "Data file '"
              + name
              + "' has digest "
              + found
              + ", its manifest says "
              + digest
              + "; its bytes changed after it was written");
    }
  }
}
