// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file being written that nobody sees yet. Used by one thread. */
public interface PendingFile extends Closeable {

  /**
   * Appends bytes.
   *
   * @param source read from its position to its limit
   * @throws IOException if they cannot be written
   */
  void write(ByteBuffer source) throws IOException;

  /**
   * Leaves room at the very beginning for bytes that are known last, if the place can: called
   * before anything is written.
   *
   * @param bytes how many
   * @return whether room was left; if not, bytes can only be written in order
   */
  default boolean reserve(int bytes) {
    return false;
  }

  /**
   * Writes the beginning for which room was left, once and before {@link #publish}.
   *
   * @param beginning as many bytes as were reserved
   * @throws IOException if they cannot be written
   */
  default void fill(ByteBuffer beginning) throws IOException {
    throw new UnsupportedOperationException("Nothing was reserved");
  }

  /**
   * How many of the bytes that were written only wait in memory: they are no sign that the place
   * can be reached.
   *
   * @return their number, 0 where bytes go to their place at once
   */
  default long unsent() {
    return 0;
  }

  /**
   * Makes the file durable and visible under its final name, whole. When this method returns, the
   * bytes and the name survive a crash of the machine, and so does every earlier deletion in the
   * same place.
   *
   * @throws PublishUnknownException if the name may or may not survive
   * @throws IOException if the file was not published
   */
  void publish() throws IOException;

  /** Discards the file unless it was published. */
  @Override
  void close() throws IOException;
}
