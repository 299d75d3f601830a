// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory of one live tensor of the training: where a capture copies from and a restore copies
 * to. Bytes are little-endian, without gaps, in row-major order. Tensors may be larger than 2 GiB:
 * the caller walks over them in pieces.
 *
 * <p>Used only while the training stands between two steps, and on the training thread only, but
 * for what {@link #isConcurrent} says.
 */
public interface TensorMemory {

  /**
   * The size of the tensor.
   *
   * @return the size in bytes
   */
  long byteSize();

  /**
   * Whether {@link #write} is refused: known before anything is restored.
   *
   * @return false, if not overridden
   */
  default boolean isReadOnly() {
    return false;
  }

  /**
   * Whether several threads may {@link #read} at once while the training thread waits for them, and
   * likewise {@link #write} different bytes: large states are then copied by all of them.
   *
   * @return false, if not overridden
   */
  default boolean isConcurrent() {
    return false;
  }

  /**
   * Copies bytes of the tensor into a buffer.
   *
   * @param offset the first byte to copy
   * @param target filled from its position to its limit
   */
  void read(long offset, ByteBuffer target);

  /**
   * Overwrites bytes of the tensor, in place.
   *
   * @param offset the first byte to overwrite
   * @param source read from its position to its limit
   */
  void write(long offset, ByteBuffer source);

  /**
   * A buffer as tensor memory.
   *
   * @param buffer the memory, from position 0 to its capacity; its position and limit are not used
   * @return a view of the buffer
   */
  static TensorMemory of(ByteBuffer buffer) {
    return new BufferMemory(buffer);
  }

  /**
   * An array as tensor memory.
   *
   * @param values the array
   * @return a view of the array, little-endian
   */
  static TensorMemory of(byte[] values) {
    return of(ByteBuffer.wrap(values));
  }

  /**
   * An array as tensor memory.
   *
   * @param values the array
   * @return a view of the array, little-endian
   */
  static TensorMemory of(float[] values) {
    return new ArrayMemory(
        (long) values.length * Float.BYTES,
        Float.BYTES,
        (at, count, target) -> target.asFloatBuffer().put(values, at, count),
        (at, count, source) -> source.asFloatBuffer().get(values, at, count));
  }

  /**
   * An array as tensor memory.
   *
   * @param values the array
   * @return a view of the array, little-endian
   */
  static TensorMemory of(double[] values) {
    return new ArrayMemory(
        (long) values.length * Double.BYTES,
        Double.BYTES,
        (at, count, target) -> target.asDoubleBuffer().put(values, at, count),
        (at, count, source) -> source.asDoubleBuffer().get(values, at, count));
  }

  /**
   * An array as tensor memory.
   *
   * @param values the array
   * @return a view of the array, little-endian
   */
  static TensorMemory of(int[] values) {
    return new ArrayMemory(
        (long) values.length * Integer.BYTES,
        Integer.BYTES,
        (at, count, target) -> target.asIntBuffer().put(values, at, count),
        (at, count, source) -> source.asIntBuffer().get(values, at, count));
  }

  /**
   * An array as tensor memory.
   *
   * @param values the array
   * @return a view of the array, little-endian
   */
  static TensorMemory of(long[] values) {
    return new ArrayMemory(
        (long) values.length * Long.BYTES,
        Long.BYTES,
        (at, count, target) -> target.asLongBuffer().put(values, at, count),
        (at, count, source) -> source.asLongBuffer().get(values, at, count));
  }

  /** The byte order of every tensor. */
  ByteOrder BYTE_ORDER = ByteOrder.LITTLE_ENDIAN;
}
