// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.DType;
import io.cairn.model.TensorMemory;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Consecutive elements of a live {@link INDArray} as tensor memory, read and written in place. Of
 * an array on another device, ND4J's copy on the host is used and told to be the newer one.
 */
final class ArraySlice implements TensorMemory {

  /** JavaCPP makes buffers of at most 2^31 - 1 bytes. */
  private static final int LARGEST_PIECE = 1 << 30;

  private final INDArray array;
  private final long firstByte;
  private final long byteSize;
  private final int largestPiece;

  /** Elements from the first on, in the order in which the array keeps them. */
  ArraySlice(INDArray array, long firstElement, long elements) {
    this(array, firstElement, elements, LARGEST_PIECE);
  }

  ArraySlice(INDArray array, long firstElement, long elements, int largestPiece) {
    int elementBytes = dtype(array).bits() / Byte.SIZE;
    this.array = array;
    this.firstByte = Math.multiplyExact(array.offset() + firstElement, elementBytes);
    this.byteSize = Math.multiplyExact(elements, elementBytes);
    this.largestPiece = largestPiece;
  }

  /** A whole array without gaps. */
  static ArraySlice whole(INDArray array) {
    return new ArraySlice(array, 0, array.length());
  }

  /** The type of the elements, as files call it. */
  static DType dtype(INDArray array) {
    return switch (array.dataType()) {
      case FLOAT -> DType.F32;
      case DOUBLE -> DType.F64;
      case HALF -> DType.F16;
      case BFLOAT16 -> DType.BF16;
      case INT -> DType.I32;
      case LONG -> DType.I64;
      default ->
          throw new IllegalArgumentException(
              "Expected an array of FLOAT, DOUBLE, HALF, BFLOAT16, INT or LONG, but found one of "
                  + array.dataType());
    };
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  /** In memory of the host that nobody has to bring there. */
  @Override
  public boolean isConcurrent() {
    return Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    long at = offset;
    while (target.hasRemaining()) {
      int length = Math.min(target.remaining(), largestPiece);
      target.put(piece(at, length));
      at += length;
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    Nd4j.getAffinityManager().ensureLocation(array, Location.HOST);
    long at = offset;
    while (source.hasRemaining()) {
      int length = Math.min(source.remaining(), largestPiece);
      piece(at, length).put(source.slice(source.position(), length));
      source.position(source.position() + length);
      at += length;
    }
    Nd4j.getAffinityManager().tagLocation(array, Location.HOST);
  }

  /** A view; it neither owns nor frees the memory, which the array holds. */
  @SuppressWarnings("resource")
  private ByteBuffer piece(long offset, int length) {
    BytePointer start = new BytePointer(array.data().pointer()).capacity(firstByte + byteSize);
    BytePointer piece = start.getPointer(firstByte + offset);
    return piece.capacity(length).limit(length).asByteBuffer();
  }
}
