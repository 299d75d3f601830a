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

  /**
   * Leaves room at the very beginning for bytes that are known last, if this can: called before
   * anything is written.
   *
   * @param bytes how many
   * @return whether room was left; if not, bytes can only be written in order
   */
  default boolean reserve(int bytes) {
    return false;
  }

  /**
   * Writes the beginning for which room was left.
   *
   * @param beginning as many bytes as were reserved
   * @throws IOException if they cannot be written
   */
  default void fill(ByteBuffer beginning) throws IOException {
    throw new UnsupportedOperationException("Nothing was reserved");
  }
}
