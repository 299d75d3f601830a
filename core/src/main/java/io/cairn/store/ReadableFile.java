// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a published file. Reads at different positions may run on several threads. */
public interface ReadableFile extends Closeable {

  /**
   * The size.
   *
   * @return the size in bytes
   * @throws IOException if it cannot be read
   */
  long size() throws IOException;

  /**
   * Whether reads in any order, by several threads at once, are as fast as one thread that reads
   * from front to back. Not so where bytes are fetched ahead: others would only be in its way.
   *
   * @return true, if not overridden
   */
  default boolean isRandomAccess() {
    return true;
  }

  /**
   * Reads some bytes.
   *
   * @param position the first byte to read
   * @param target takes at least one byte unless it is full or the file ends
   * @return how many bytes were read, -1 at the end
   * @throws IOException if they cannot be read
   */
  int read(long position, ByteBuffer target) throws IOException;

  /**
   * Fills a buffer.
   *
   * @param position the first byte to read
   * @param target filled to its limit
   * @throws EOFException if the file ends before
   * @throws IOException if bytes cannot be read
   */
  default void readFully(long position, ByteBuffer target) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int count = read(at, target);
      if (count < 0) {
        throw new EOFException(
            "File ends at byte " + at + ", expected " + target.remaining() + " more bytes");
      }
      at += count;
    }
  }
}
