// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.DType;
import io.cairn.model.TensorSpec;

/**
 * A tensor in a data file.
 *
 * @param spec its name in its section, type and shape
 * @param offset its first byte in the data region
 * @param digest the digest of its bytes, not compressed
 * @param inPlanes whether its bytes are in planes in the file, so that they compress
 */
public record TensorEntry(TensorSpec spec, long offset, Digest digest, boolean inPlanes) {

  /**
   * Checks that the type has planes.
   *
   * @throws IllegalArgumentException if it should be in planes and has none
   */
  public TensorEntry {
    if (inPlanes && !hasPlanes(spec.dtype())) {
      throw new IllegalArgumentException(
          "Tensor '" + spec.name() + "' of type " + spec.dtype() + " cannot be in planes");
    }
  }

  /**
   * A tensor whose bytes are as they are in memory.
   *
   * @param spec its name in its section, type and shape
   * @param offset its first byte in the data region
   * @param digest the digest of its bytes
   */
  public TensorEntry(TensorSpec spec, long offset, Digest digest) {
    this(spec, offset, digest, false);
  }

  /**
   * Whether tensors of a type can be in planes.
   *
   * @param dtype the type
   * @return whether its elements have 2, 4 or 8 bytes
   */
  public static boolean hasPlanes(DType dtype) {
    return dtype.bits() >= 2 * Byte.SIZE;
  }

  /**
   * The size of an element, where that is a number of bytes.
   *
   * @return its bytes, and as many planes
   */
  public int width() {
    return spec.dtype().bits() / Byte.SIZE;
  }
}
