// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A file in memory, that may claim another size than it has. */
final class MemoryFile implements ByteSource, ByteSink {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private byte[] cached = new byte[0];
  private long claimedMore;

  static MemoryFile of(byte[] content) {
    MemoryFile file = new MemoryFile();
    file.bytes.writeBytes(content);
    return file;
  }

  static MemoryFile of(ByteBuffer content) {
    MemoryFile file = new MemoryFile();
    file.write(content);
    return file;
  }

  /** A safetensors file with this header and zeros as data. */
  static MemoryFile safetensors(String header, long dataBytes) {
    MemoryFile file = new MemoryFile();
    byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
    file.bytes.writeBytes(littleEndian(utf8.length));
    file.bytes.writeBytes(utf8);
    return file.claiming(dataBytes);
  }

  static byte[] littleEndian(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(Long.reverseBytes(value)).array();
  }

  MemoryFile claiming(long moreBytes) {
    claimedMore = moreBytes;
    return this;
  }

  byte[] content() {
    if (cached.length != bytes.size()) {
      cached = bytes.toByteArray();
    }
    return cached;
  }

  @Override
  public long size() {
    return bytes.size() + claimedMore;
  }

  @Override
  public void readFully(long position, ByteBuffer target) throws IOException {
    if (position + target.remaining() > bytes.size()) {
      throw new EOFException("The file in memory ends at " + bytes.size());
    }
    target.put(content(), Math.toIntExact(position), target.remaining());
  }

  @Override
  public void write(ByteBuffer source) {
    byte[] piece = new byte[source.remaining()];
    source.get(piece);
    bytes.writeBytes(piece);
  }
}
