// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that can be read at any position. */
public interface ByteSource {

  /**
   * How many bytes there are.
   *
   * @return the size in bytes
   * @throws IOException if it cannot be told
   */
  long size() throws IOException;

  /**
   * Fills a buffer.
   *
   * @param position the first byte to read
   * @param target filled from its position to its limit
   * @throws IOException if the bytes cannot be read, or there are fewer
   */
  void readFully(long position, ByteBuffer target) throws IOException;

  /**
   * Whether several threads may read at the same time, and gain by it.
   *
   * @return false unless it says otherwise
   */
  default boolean isConcurrent() {
    return false;
  }

  /**
   * How much is worked on at once, whoever asks for less: who reads on in pieces of another size
   * makes it work twice.
   *
   * @return the size in bytes, 1 unless it says otherwise
   */
  default int unitBytes() {
    return 1;
  }
}
