// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A range of a source as a stream, read in small pieces. */
final class SourceInputStream extends InputStream {
  private static final int PIECE_BYTES = 1 << 16;

  private final ByteSource source;
  private final long end;
  private final ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).limit(0);
  private long position;

  SourceInputStream(ByteSource source, long start, long end) {
    this.source = source;
    this.position = start;
    this.end = end;
  }

  @Override
  public int read() throws IOException {
    return fill() ? Byte.toUnsignedInt(piece.get()) : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, piece.remaining());
    piece.get(target, offset, count);
    return count;
  }

  private boolean fill() throws IOException {
    if (!piece.hasRemaining() && position < end) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, end - position));
      source.readFully(position, piece);
      position += piece.limit();
      piece.flip();
    }
    return piece.hasRemaining();
  }
}
