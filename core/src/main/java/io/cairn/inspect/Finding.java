// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

/**
 * Something that is not as it should be.
 *
 * @param kind how bad it is
 * @param file the file it was found in; empty if it is about several
 * @param message what was expected and found, in one line
 */
public record Finding(Kind kind, String file, String message) {

  /** How bad a finding is. */
  public enum Kind {
    /** A file is not what it was when it was written. */
    DAMAGE,
    /** A file could not be read, such as without permission; it may be sound. */
    UNREADABLE,
    /** Something is missing: never finished, or not arrived. */
    INCOMPLETE,
    /** A newer Cairn wrote it; it may be sound. */
    UNSUPPORTED,
    /** The ranks do not agree. */
    DISAGREEMENT
  }

  @Override
  public String toString() {
    return message;
  }
}
