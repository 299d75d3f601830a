// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.io.IOException;

/** Saving or loading a snapshot failed; the subtypes say what the caller can do next. */
public class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what happened.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   */
  public CheckpointException(String message) {
    super(message);
  }

  /**
   * Says what happened and why.
   *
   * @param message what was done, on what, expected, found, likely cause, next step
   * @param cause the reason
   */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
