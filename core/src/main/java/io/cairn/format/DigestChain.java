// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

/**
 * The digest of several pieces of bytes one after the other, from the digests of the pieces: the
 * bytes are not needed again.
 *
 * <p>A CRC is the remainder of the bytes as a polynomial over GF(2). Behind {@code n} more bytes it
 * counts {@code x^(8n)} times as much, so that {@code crc(AB) = crc(A) x^(8n) + crc(B)}; what the
 * bits are inverted with at both ends cancels out. See {@code crc32_combine} in zlib's <a
 * href="https://github.com/madler/zlib/blob/v1.3.1/crc32.c">crc32.c</a> for the formula, and RFC
 * 3720, appendix B.4, for the polynomial. Used by one thread.
 */
public final class DigestChain {
  /** Castagnoli's polynomial without its highest term; the lowest power is the highest bit. */
  private static final int POLYNOMIAL = 0x82F63B78;

  private static final int ONE = 1 << 31;
  private static final int X = 1 << 30;

  /** {@code x^(2^k)}, for the bits of eight times any long. */
  private static final int[] POWERS = powers(Long.SIZE + 3);

  private static final int NIBBLE_BITS = 4;
  private static final int NIBBLES = 1 << NIBBLE_BITS;

  private int crc;

  /** What the table is for: pieces are often of one size. */
  private long factorBytes = -1;

  /** The products of the factor with each value of each four bits. */
  private int[] products = {};

  /** Starts with no bytes. */
  public DigestChain() {}

  /**
   * Adds a piece.
   *
   * @param piece the digest of the piece
   * @param bytes how many bytes the piece has
   * @return this
   */
  public DigestChain append(Digest piece, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("No piece has " + bytes + " bytes");
    }
    if (crc != 0) { // many chains have one piece
      crc = timesPower(crc, bytes);
    }
    crc ^= piece.crc32c();
    return this;
  }

  private int timesPower(int value, long bytes) {
    if (bytes != factorBytes) {
      products = productsWith(powerOfBytes(bytes));
      factorBytes = bytes;
    }
    int product = 0;
    int rest = value;
    for (int table = 0; table < products.length; table += NIBBLES) {
      product ^= products[table + (rest & (NIBBLES - 1))];
      rest >>>= NIBBLE_BITS;
    }
    return product;
  }

  private static int[] productsWith(int factor) {
    int[] products = new int[Integer.SIZE / NIBBLE_BITS * NIBBLES];
    int product = factor;
    for (int bit = Integer.SIZE - 1; bit >= 0; bit--) {
      products[bit / NIBBLE_BITS * NIBBLES + (1 << bit % NIBBLE_BITS)] = product;
      product = timesX(product);
    }
    for (int table = 0; table < products.length; table += NIBBLES) {
      for (int value = 1; value < NIBBLES; value++) {
        int lowest = Integer.lowestOneBit(value);
        products[table + value] = products[table + lowest] ^ products[table + value - lowest];
      }
    }
    return products;
  }

  /**
   * The digest so far.
   *
   * @return the digest of all pieces, in their order
   */
  public Digest digest() {
    return new Digest(crc);
  }

  private static int powerOfBytes(long bytes) {
    int product = ONE;
    int bit = 3; // eight bits a byte
    for (long rest = bytes; rest != 0; rest >>>= 1) {
      if ((rest & 1) != 0) {
        product = times(product, POWERS[bit]);
      }
      bit++;
    }
    return product;
  }

  private static int times(int a, int b) {
    int product = 0;
    int shifted = b;
    for (int bit = Integer.SIZE - 1; bit >= 0; bit--) {
      product ^= shifted & -((a >>> bit) & 1);
      shifted = timesX(shifted);
    }
    return product;
  }

  private static int timesX(int value) {
    return (value >>> 1) ^ (POLYNOMIAL & -(value & 1));
  }

  private static int[] powers(int count) {
    int[] powers = new int[count];
    powers[0] = X;
    for (int k = 1; k < count; k++) {
      powers[k] = times(powers[k - 1], powers[k - 1]);
    }
    return powers;
  }
}
