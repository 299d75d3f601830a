// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.IOException;

/**
 * A JSON document is malformed, beyond the limits, or holds something else than expected. What the
 * message quotes of it is cut and made printable.
 */
public final class JsonException extends IOException {
  private static final long serialVersionUID = 1L;

  JsonException(String message) {
    super(Text.message(message));
  }

  JsonException(String message, Throwable cause) {
    super(Text.message(message), cause);
  }
}
