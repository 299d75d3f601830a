// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** A file is damaged. Nothing of it was used; an older snapshot may be whole. */
public final class CorruptSnapshotException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what happened.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   */
  public CorruptSnapshotException(String message) {
    super(message);
  }

  /**
   * Says what happened and why.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   * @param cause the reason
   */
  public CorruptSnapshotException(String message, Throwable cause) {
    super(message, cause);
  }
}
