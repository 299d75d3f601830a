// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a tensor is, without its bytes.
 *
 * @param name the name, unique in its section
 * @param dtype the element type
 * @param shape the dimensions, outermost first; empty for a scalar
 */
public record TensorSpec(String name, DType dtype, List<Long> shape) {

  /**
   * Checks that the sizes fit.
   *
   * @param name the name
   * @param dtype the element type
   * @param shape the dimensions
   * @throws IllegalArgumentException if a dimension is negative, the size in bytes does not fit
   *     into 63 bits, or elements of less than a byte do not fill whole bytes
   */
  public TensorSpec {
    shape = List.copyOf(shape);
    byteSize(name, dtype, shape);
  }

  /**
   * The size of the elements.
   *
   * @return the size in bytes
   */
  public long byteSize() {
    return byteSize(name, dtype, shape);
  }

  private static long byteSize(String name, DType dtype, List<Long> shape) {
    try {
      long elements = 1;
      for (long dimension : shape) {
        if (dimension < 0) {
          throw new IllegalArgumentException(
              "Tensor '" + name + "' has a negative dimension: " + shape);
        }
        elements = Math.multiplyExact(elements, dimension);
      }
      long bits = Math.multiplyExact(elements, dtype.bits());
      if (bits % 8 != 0) {
        throw new IllegalArgumentException(
            "Tensor '" + name + "' of " + dtype + " " + shape + " does not fill whole bytes");
      }
      return bits / 8;
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "Tensor '" + name + "' of " + dtype + " " + shape + " is larger than 2^63 bits", e);
    }
  }

  /** Type and shape as in {@code F32 [64, 3]}. */
  @Override
  public String toString() {
    return name + " " + typeAndShape();
  }

  /**
   * The type and shape alone.
   *
   * @return as in {@code F32 [64, 3]}
   */
  public String typeAndShape() {
    return dtype + shape.stream().map(String::valueOf).collect(Collectors.joining(", ", " [", "]"));
  }
}
