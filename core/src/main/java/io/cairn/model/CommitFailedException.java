// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** A snapshot was not committed and nothing of it is left behind. It can be tried again. */
public final class CommitFailedException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what happened.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   */
  public CommitFailedException(String message) {
    super(message);
  }

  /**
   * Says what happened and why.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   * @param cause the reason
   */
  public CommitFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
