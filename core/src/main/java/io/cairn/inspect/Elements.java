// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.DType;
import java.nio.ByteBuffer;

/** The numbers of a tensor's bytes, of whatever type, as doubles. */
final class Elements {
  private Elements() {}

  /** Decodes one byte, or the bytes of one number, that are next in a little-endian buffer. */
  private interface Decoder {
    double next(ByteBuffer bytes);
  }

  /** Whether a type's bytes have a known order: numbers of six bits are packed in several ways. */
  static boolean areKnown(DType type) {
    return type != DType.F6_E2M3 && type != DType.F6_E3M2;
  }

  /** How many numbers some bytes hold at most. */
  static int maxCount(int bytes) {
    return 2 * bytes;
  }

  /**
   * Decodes all that remains.
   *
   * @param bytes little-endian, whole numbers
   * @param target takes the numbers
   * @return how many there are
   */
  static int decode(DType type, ByteBuffer bytes, double[] target) {
    if (type == DType.F4) {
      return decodeNibbles(bytes, target);
    }
    Decoder decoder = decoder(type);
    int count = 0;
    while (bytes.hasRemaining()) {
      target[count++] = decoder.next(bytes);
    }
    return count;
  }

  private static int decodeNibbles(ByteBuffer bytes, double[] target) {
    int count = 0;
    while (bytes.hasRemaining()) {
      int both = bytes.get();
      target[count++] = SmallFloat.F4.value(both & 0xF);
      target[count++] = SmallFloat.F4.value(both >>> 4 & 0xF);
    }
    return count;
  }

  private static Decoder decoder(DType type) {
    return switch (type) {
      case BOOL, U8 -> bytes -> Byte.toUnsignedInt(bytes.get());
      case I8 -> ByteBuffer::get;
      case I16 -> ByteBuffer::getShort;
      case U16 -> bytes -> Short.toUnsignedInt(bytes.getShort());
      case I32 -> ByteBuffer::getInt;
      case U32 -> bytes -> Integer.toUnsignedLong(bytes.getInt());
      case I64 -> ByteBuffer::getLong;
      case U64 -> bytes -> unsigned(bytes.getLong());
      case F64 -> ByteBuffer::getDouble;
      case F32, C64 -> ByteBuffer::getFloat;
      case BF16 -> bytes -> Float.intBitsToFloat(bytes.getShort() << 16);
      case F16 -> bytes -> SmallFloat.F16.value(Short.toUnsignedInt(bytes.getShort()));
      case F8_E5M2 -> eightBits(SmallFloat.F8_E5M2);
      case F8_E4M3 -> eightBits(SmallFloat.F8_E4M3);
      case F8_E8M0 -> bytes -> scale(Byte.toUnsignedInt(bytes.get()));
      case F8_E4M3FNUZ -> eightBits(SmallFloat.F8_E4M3FNUZ);
      case F8_E5M2FNUZ -> eightBits(SmallFloat.F8_E5M2FNUZ);
      case F4, F6_E2M3, F6_E3M2 -> throw new IllegalArgumentException("No decoder for " + type);
    };
  }

  private static Decoder eightBits(SmallFloat type) {
    return bytes -> type.value(Byte.toUnsignedInt(bytes.get()));
  }

  private static double scale(int exponent) {
    return exponent == 0xFF ? Double.NaN : Math.scalb(1.0, exponent - 127);
  }

  private static double unsigned(long bits) {
    return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
  }
}
