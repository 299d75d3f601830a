// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.io.IOException;

/** A range was asked for that begins behind the object's end. */
final class EmptyObject extends IOException {
  private static final long serialVersionUID = 1L;

  EmptyObject(String message, Throwable cause) {
    super(message, cause);
  }
}
