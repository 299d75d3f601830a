// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

/** Floats of at most 16 bits, decoded by a table. */
final class SmallFloat {
  static final SmallFloat F16 = new SmallFloat(5, 10, 15, Specials.IEEE);
  static final SmallFloat F8_E5M2 = new SmallFloat(5, 2, 15, Specials.IEEE);
  static final SmallFloat F8_E4M3 = new SmallFloat(4, 3, 7, Specials.ALL_ONES_IS_NAN);
  static final SmallFloat F8_E4M3FNUZ = new SmallFloat(4, 3, 8, Specials.NEGATIVE_ZERO_IS_NAN);
  static final SmallFloat F8_E5M2FNUZ = new SmallFloat(5, 2, 16, Specials.NEGATIVE_ZERO_IS_NAN);
  static final SmallFloat F4 = new SmallFloat(2, 1, 1, Specials.NONE);

  private enum Specials {
    /** The highest exponent is infinity and NaN. */
    IEEE,
    /** No infinity; NaN is all ones, of either sign. */
    ALL_ONES_IS_NAN,
    /** No infinity, no negative zero; its bits are NaN. */
    NEGATIVE_ZERO_IS_NAN,
    /** Numbers only. */
    NONE
  }

  private final int exponentBits;
  private final int fractionBits;
  private final int bias;
  private final Specials specials;
  private final double[] table;

  private SmallFloat(int exponentBits, int fractionBits, int bias, Specials specials) {
    this.exponentBits = exponentBits;
    this.fractionBits = fractionBits;
    this.bias = bias;
    this.specials = specials;
    this.table = new double[1 << (1 + exponentBits + fractionBits)];
    for (int bits = 0; bits < table.length; bits++) {
      table[bits] = decode(bits);
    }
  }

  double value(int bits) {
    return table[bits];
  }

  private double decode(int bits) {
    int negative = table.length / 2;
    int magnitudeBits = bits & (negative - 1);
    double magnitude = magnitude(magnitudeBits);
    if (specials == Specials.NEGATIVE_ZERO_IS_NAN && bits == negative) {
      return Double.NaN;
    }
    return bits >= negative ? -magnitude : magnitude;
  }

  private double magnitude(int bits) {
    int exponent = bits >>> fractionBits;
    int fraction = bits & ((1 << fractionBits) - 1);
    int highest = (1 << exponentBits) - 1;
    if (specials == Specials.IEEE && exponent == highest) {
      return fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    if (specials == Specials.ALL_ONES_IS_NAN && bits == table.length / 2 - 1) {
      return Double.NaN;
    }
    return exponent == 0
        ? Math.scalb((double) fraction, 1 - bias - fractionBits)
        : Math.scalb((double) (fraction | 1 << fractionBits), exponent - bias - fractionBits);
  }
}
