// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A Java array as tensor memory, moved in whole elements. */
record ArrayMemory(long byteSize, int elementBytes, Mover reader, Mover writer)
    implements TensorMemory {

  /** Moves elements between the array and a little-endian buffer, from its position on. */
  @FunctionalInterface
  interface Mover {
    void move(int element, int count, ByteBuffer buffer);
  }

  @Override
  public boolean isConcurrent() {
    return true;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    move(reader, offset, target);
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    move(writer, offset, source);
  }

  private void move(Mover mover, long offset, ByteBuffer buffer) {
    int bytes = buffer.remaining();
    int partOfElement = elementBytes - 1; // sizes are powers of two
    if (((offset | bytes) & partOfElement) != 0) {
      throw new IllegalArgumentException(
          "Pieces of an array must hold whole elements of "
              + elementBytes
              + " bytes, but this one is "
              + bytes
              + " bytes at offset "
              + offset);
    }
    int shift = Integer.numberOfTrailingZeros(elementBytes);
    ByteOrder callers = buffer.order();
    mover.move(Math.toIntExact(offset >> shift), bytes >> shift, buffer.order(BYTE_ORDER));
    buffer.order(callers);
    buffer.position(buffer.limit());
  }
}
