// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.nio.ByteBuffer;

/**
 * An array that comes into being when it is first written: a snapshot that does not fit makes none.
 */
final class NewArray implements TensorMemory {
  private final NDManager manager;
  private final DataType type;
  private final Shape shape;
  private final long byteSize;
  private NDArray array;

  /** Will be an array like another. */
  NewArray(NDArray model) {
    this.manager = model.getManager();
    this.type = model.getDataType();
    this.shape = model.getShape();
    this.byteSize = TensorTypes.specOf("new", type, shape).byteSize();
  }

  /** What the array is, under a name. */
  TensorSpec spec(String name) {
    return TensorTypes.specOf(name, type, shape);
  }

  /** The array. */
  NDArray array() {
    if (array == null) {
      array = manager.create(shape, type);
    }
    return array;
  }

  @Override
  public long byteSize() {
    return byteSize;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    new NDArrayMemory(array()).read(offset, target);
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    new NDArrayMemory(array()).write(offset, source);
  }
}
