// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.nio.file.Path;

/** Folders that paths lead to. */
public final class Folders {
  private Folders() {}

  /**
   * Whether two paths lead to one folder, by links or not. It need not be there yet; a link to
   * nowhere leads to itself.
   *
   * @param a a path
   * @param b another
   * @return whether a file in one is a file in the other
   */
  public static boolean areSame(Path a, Path b) {
    return real(a.toAbsolutePath().normalize()).equals(real(b.toAbsolutePath().normalize()));
  }

  /** The path without links, as far as it is there. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path parent = path.getParent();
      return parent == null ? path : real(parent).resolve(path.getFileName());
    }
  }
}
