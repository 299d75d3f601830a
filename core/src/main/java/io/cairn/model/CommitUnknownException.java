// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * It is not known whether a snapshot was committed: the last operation failed half way. Nothing was
 * cleaned up; the next start finds out.
 */
public final class CommitUnknownException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what happened.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   */
  public CommitUnknownException(String message) {
    super(message);
  }

  /**
   * Says what happened and why.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   * @param cause the reason
   */
  public CommitUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
