// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.util.Set;

/** Tells how far somebody else's upload of a folder is. */
@FunctionalInterface
public interface UploadTracker {

  /**
   * How far one file's upload is. Pure: it sees the listing only.
   *
   * @param name the file's plain name
   * @param allNames the names in its folder, markers included, from one listing
   * @return its state as of that listing
   */
  UploadState stateOf(String name, Set<String> allNames);
}
