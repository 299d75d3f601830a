// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** There is no complete snapshot to load. The message says what was found instead. */
public final class SnapshotNotFoundException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what happened.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   */
  public SnapshotNotFoundException(String message) {
    super(message);
  }

  /**
   * Says what happened and why.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   * @param cause the reason
   */
  public SnapshotNotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}
