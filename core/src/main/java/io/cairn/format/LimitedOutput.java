// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Collects bytes in memory, up to a limit. */
final class LimitedOutput extends OutputStream {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int maxBytes;
  private final IOException tooLarge;

  /** What is thrown when more than {@code maxBytes} are written. */
  LimitedOutput(int maxBytes, IOException tooLarge) {
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
      throw tooLarge;
    }
  }
}
