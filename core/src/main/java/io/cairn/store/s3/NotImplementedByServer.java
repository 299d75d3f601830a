// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.io.IOException;

/** The server speaks S3, but not all of it. */
final class NotImplementedByServer extends IOException {
  private static final long serialVersionUID = 1L;

  NotImplementedByServer(String message, Throwable cause) {
    super(message, cause);
  }
}
