// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** A file was written in a format this version does not know. A newer Cairn can read it. */
public final class UnsupportedFormatException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what happened.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   */
  public UnsupportedFormatException(String message) {
    super(message);
  }

  /**
   * Says what happened and why.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   * @param cause the reason
   */
  public UnsupportedFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
