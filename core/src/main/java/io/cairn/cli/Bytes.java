// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.SnapshotReader.Pieces;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Bytes on their way from a snapshot to a file. */
final class Bytes {
  private static final int PIECE_BYTES = 1 << 16;

  private Bytes() {}

  /** Writes pieces as they come. */
  static Pieces to(OutputStream out) {
    byte[] array = new byte[PIECE_BYTES];
    return piece -> {
      while (piece.hasRemaining()) {
        int count = Math.min(array.length, piece.remaining());
        piece.get(array, 0, count);
        out.write(array, 0, count);
      }
    };
  }

  /** Turns the bytes of each element around before they are handed on. */
  static Pieces reversed(int elementBytes, Pieces target) {
    return piece -> {
      ByteBuffer turned = ByteBuffer.allocate(piece.remaining());
      while (piece.hasRemaining()) {
        int first = turned.position();
        for (int i = elementBytes - 1; i >= 0; i--) {
          turned.put(first + i, piece.get());
        }
        turned.position(first + elementBytes);
      }
      target.accept(turned.flip());
    };
  }
}
