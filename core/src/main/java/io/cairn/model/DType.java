// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * The element types of the safetensors format, by the names its files use, in increasing order of
 * alignment. Elements are little-endian.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
public enum DType {
  /** One byte, 0 or 1. */
  BOOL(8),
  /** Four bits, MX float; two elements a byte. */
  F4(4),
  /** Six bits, MX float with 2 exponent bits. */
  F6_E2M3(6),
  /** Six bits, MX float with 3 exponent bits. */
  F6_E3M2(6),
  /** Unsigned byte; also the type of opaque bytes. */
  U8(8),
  /** Signed byte. */
  I8(8),
  /** Eight-bit float with 5 exponent bits. */
  F8_E5M2(8),
  /** Eight-bit float with 4 exponent bits. */
  F8_E4M3(8),
  /** Eight-bit exponent-only scale. */
  F8_E8M0(8),
  /** Eight-bit float with 4 exponent bits, no negative zero. */
  F8_E4M3FNUZ(8),
  /** Eight-bit float with 5 exponent bits, no negative zero. */
  F8_E5M2FNUZ(8),
  /** Signed 16-bit integer. */
  I16(16),
  /** Unsigned 16-bit integer. */
  U16(16),
  /** IEEE half precision. */
  F16(16),
  /** Brain float. */
  BF16(16),
  /** Signed 32-bit integer. */
  I32(32),
  /** Unsigned 32-bit integer. */
  U32(32),
  /** IEEE single precision. */
  F32(32),
  /** Complex of two single-precision floats. */
  C64(64),
  /** IEEE double precision. */
  F64(64),
  /** Signed 64-bit integer. */
  I64(64),
  /** Unsigned 64-bit integer. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /**
   * Size of one element.
   *
   * @return the size in bits; types of less than a byte are packed
   */
  public int bits() {
    return bits;
  }

  /**
   * Finds a type by the name a file uses.
   *
   * @param name the name, such as {@code F32}
   * @return the type, or empty when safetensors has no such type
   */
  public static Optional<DType> ofName(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }
}
