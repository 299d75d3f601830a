// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The element types that go into a snapshot and come back byte for byte. The others are refused
 * before DJL is asked for them: some of them end the JVM.
 */
final class TensorTypes {
  private static final Map<DataType, DType> KNOWN =
      new EnumMap<>(
          Map.of(
              DataType.FLOAT64, DType.F64,
              DataType.FLOAT32, DType.F32,
              DataType.FLOAT16, DType.F16,
              DataType.INT64, DType.I64,
              DataType.INT32, DType.I32,
              DataType.INT8, DType.I8,
              DataType.UINT8, DType.U8,
              DataType.BOOLEAN, DType.BOOL));

  private TensorTypes() {}

  /** What an array is, under a name. */
  static TensorSpec specOf(String name, NDArray array) {
    return specOf(name, array.getDataType(), array.getShape());
  }

  /** What an array of this type and shape is, under a name. */
  static TensorSpec specOf(String name, DataType type, Shape shape) {
    DType known = KNOWN.get(type);
    if (known == null) {
      throw new UnsupportedOperationException(
          "Cannot save tensor '"
              + name
              + "' of "
              + type
              + " "
              + shape
              + ": DJL cannot hand out and take back this type unchanged. It can do so for "
              + KNOWN.keySet()
              + "; keep the parameter in one of these.");
    }
    return new TensorSpec(name, known, Arrays.stream(shape.getShape()).boxed().toList());
  }
}
