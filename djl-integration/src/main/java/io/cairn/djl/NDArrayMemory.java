// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.cairn.model.TensorMemory;
import java.nio.ByteBuffer;

/**
 * A live {@link NDArray} as tensor memory. In CPU memory its bytes are read and written in place;
 * on another device they go through a copy of the piece in hand. Whatever DJL creates on the way is
 * closed before a call returns.
 */
final class NDArrayMemory implements TensorMemory {

  /** DJL hands out at most 2^31 - 1 bytes at a time. */
  private static final int LARGEST_PIECE = 1 << 30;

  private final NDArray array;
  private final int largestPiece;
  private final int elementBytes;

  NDArrayMemory(NDArray array) {
    this(array, LARGEST_PIECE);
  }

  NDArrayMemory(NDArray array, int largestPiece) {
    this.array = array;
    this.largestPiece = largestPiece;
    this.elementBytes = array.getDataType().getNumOfBytes();
  }

  @Override
  public long byteSize() {
    return Math.multiplyExact(array.size(), elementBytes);
  }

  /** Each call looks at the bytes through arrays of its own, which not every engine bears. */
  @Override
  public boolean isConcurrent() {
    return array.getDevice().equals(Device.cpu())
        && array.getManager().getEngine().getEngineName().equals(EngineFacts.PYTORCH);
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    long at = offset;
    while (target.hasRemaining()) {
      int length = Math.min(target.remaining(), largestPiece);
      try (Piece piece = new Piece(at, length)) {
        target.put(piece.bytes());
      }
      at += length;
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    long at = offset;
    while (source.hasRemaining()) {
      int length = Math.min(source.remaining(), largestPiece);
      writePiece(at, source.slice(source.position(), length));
      source.position(source.position() + length);
      at += length;
    }
  }

  private void writePiece(long offset, ByteBuffer source) {
    try (Piece piece = new Piece(offset, source.remaining())) {
      piece.put(source);
    }
    if (!holds(offset, source)) {
      writeWithWholeArray(offset, source);
    }
  }

  /** One thread after the other: each begins with all that was written, and writes all again. */
  private synchronized void writeWithWholeArray(long offset, ByteBuffer source) {
    try (Piece piece = new Piece(offset, source.remaining())) {
      piece.put(source);
      piece.sendWholeArray();
      if (!holds(offset, source)) {
        piece.replace(source.duplicate());
      }
    }
    if (!holds(offset, source)) {
      throw new IllegalStateException(
          "DJL did not keep the bytes written into an array of "
              + array.getDataType()
              + " "
              + array.getShape()
              + " on "
              + array.getDevice()
              + "; it cannot be restored in place");
    }
  }

  private boolean holds(long offset, ByteBuffer expected) {
    try (Piece piece = new Piece(offset, expected.remaining())) {
      return piece.bytes().mismatch(expected) < 0;
    }
  }

  /** Some bytes of the array, in CPU memory. */
  private final class Piece implements AutoCloseable {
    private final NDIndex elements;
    private final int firstByte;
    private final int length;

    /** A view, or a copy if the array has gaps between its elements. */
    private final NDArray flat;

    private final NDArray onDevice;
    private final NDArray onCpu;

    Piece(long offset, int length) {
      long first = offset / elementBytes;
      long end = (offset + length + elementBytes - 1) / elementBytes;
      this.elements = new NDIndex().addSliceDim(first, end);
      this.firstByte = (int) (offset % elementBytes);
      this.length = length;
      this.flat = array.flatten();
      this.onDevice = flat.get(elements);
      this.onCpu = onDevice.toDevice(Device.cpu(), false);
    }

    ByteBuffer bytes() {
      return onCpu.toByteBuffer(true).slice(firstByte, length);
    }

    void put(ByteBuffer source) {
      bytes().put(source.duplicate());
      if (onCpu != onDevice) {
        flat.set(elements, onCpu);
      }
    }

    void sendWholeArray() {
      try (NDArray whole = flat.reshape(array.getShape())) {
        array.set(new NDIndex("..."), whole);
      }
    }

    /** For engines that hand out copies of their memory. */
    void replace(ByteBuffer source) {
      ByteBuffer copy = onCpu.toByteBuffer(true);
      ByteBuffer patched =
          ByteBuffer.allocateDirect(copy.remaining()).order(copy.order()).put(copy).rewind();
      patched.slice(firstByte, length).put(source);
      try (NDArray made =
          array.getManager().create(patched, onDevice.getShape(), array.getDataType())) {
        flat.set(elements, made);
      }
      sendWholeArray();
    }

    @Override
    public void close() {
      if (onCpu != onDevice) {
        closeCopy();
      }
      close(onDevice);
      close(flat);
    }

    /** DJL gives the copy a manager of its own, which nobody else closes. */
    private void closeCopy() {
      if (onCpu.getManager() == array.getManager()) {
        onCpu.close();
      } else {
        onCpu.getManager().close();
      }
    }

    private void close(NDArray temporary) {
      if (temporary != array) {
        temporary.close();
      }
    }
  }
}
