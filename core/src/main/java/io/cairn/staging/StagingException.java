// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import java.io.IOException;

/** There is no memory to copy the state into. */
public final class StagingException extends IOException {
  private static final long serialVersionUID = 1L;

  StagingException(String message) {
    super(message);
  }

  StagingException(String message, Throwable cause) {
    super(message, cause);
  }
}
