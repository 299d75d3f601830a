// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;

/** The final name was given, but it is not known whether it survives a crash. */
public final class PublishUnknownException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Says what happened and why.
   *
   * @param message what was done, on what
   * @param cause the reason
   */
  public PublishUnknownException(String message, Throwable cause) {
    super(message, cause);
  }
}
