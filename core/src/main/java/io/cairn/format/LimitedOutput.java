// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;

/** Collects bytes in memory, up to a limit. */
final class LimitedOutput extends OutputStream {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int maxBytes;
  private final Supplier<? extends IOException> tooLarge;

  /**
   * Takes bytes.
   *
   * @param tooLarge what is thrown when more than {@code maxBytes} are written; a new one each
   *     time, since closing a writer after the first may throw the second
   */
  LimitedOutput(int maxBytes, Supplier<? extends IOException> tooLarge) {
    this.maxBytes = maxBytes;
    this.tooLarge = tooLarge;
  }

  @Override
  public void write(int value) throws IOException {
    requireRoom(1);
    bytes.write(value);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    requireRoom(length);
    bytes.write(source, offset, length);
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  private void requireRoom(int count) throws IOException {
    if (count > maxBytes - bytes.size()) {
      throw tooLarge.get();
    }
  }
}
