// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes bytes, in order. */
public interface ByteSink {

  /**
   * Appends bytes.
   *
   * @param source read from its position to its limit; may be changed after this returned
   * @throws IOException if they cannot be written
   */
  void write(ByteBuffer source) throws IOException;
}
