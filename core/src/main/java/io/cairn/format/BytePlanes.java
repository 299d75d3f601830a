// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Puts the first bytes of all elements together, then the second bytes, and so on: the exponents of
 * floats are alike, and together they compress; between mantissas they do not. The idea is that of
 * <a href="https://arxiv.org/abs/2411.05239">ZipNN</a>.
 *
 * <p>A block of elements of {@code w} bytes is seen as an array {@code [w][n][8 / w][w]}, and its
 * first and last axes change places: so the order within a plane is not that of the elements, but
 * whole words are worked on, which the JVM's compiler turns into vector instructions. What is left
 * at the end, less than {@code 8 * w} bytes, stays as it is. Doing it again undoes it. Used by one
 * thread.
 */
final class BytePlanes {
  /** How many words of each row are worked on at once: all rows fit into the first cache. */
  private static final int TILE_WORDS = 512;

  /** Every other byte, every other two bytes, and so on. */
  private static final long BYTES = 0x00FF00FF00FF00FFL;

  private static final long PAIRS = 0x0000FFFF0000FFFFL;
  private static final long QUADS = 0x00000000FFFFFFFFL;

  private final int width;
  private final long[][] rows;

  /**
   * For elements of one size.
   *
   * @param width 2, 4 or 8 bytes
   */
  BytePlanes(int width) {
    if (width != 2 && width != 4 && width != 8) {
      throw new IllegalArgumentException("Elements of " + width + " bytes have no planes here");
    }
    this.width = width;
    this.rows = new long[width][TILE_WORDS];
  }

  /**
   * Makes planes of elements, or elements of planes.
   *
   * @param from the block, from position to limit; stays as it is
   * @param to takes as many bytes, from its position on; stays as it is but for them
   */
  void transpose(ByteBuffer from, ByteBuffer to) {
    int words = from.remaining() / (Long.BYTES * width);
    LongBuffer source = words(from);
    LongBuffer target = words(to);
    for (int at = 0; at < words; at += TILE_WORDS) {
      int count = Math.min(TILE_WORDS, words - at);
      for (int row = 0; row < width; row++) {
        source.get(row * words + at, rows[row], 0, count);
      }
      transposeRows(count);
      for (int row = 0; row < width; row++) {
        target.put(row * words + at, rows[row], 0, count);
      }
    }
    int done = words * width * Long.BYTES;
    int rest = from.remaining() - done;
    to.put(to.position() + done, from, from.position() + done, rest);
  }

  /** The size of each plane of a block; what is left over follows the last. */
  static int planeBytes(int blockBytes, int width) {
    return blockBytes / (Long.BYTES * width) * Long.BYTES;
  }

  private static LongBuffer words(ByteBuffer bytes) {
    return bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }

  /**
   * Each word of a column holds rows of a small matrix of bytes: pairs of them trade halves, then
   * quarters. The compiler makes vector instructions of loops over rows whose shifts are constant.
   */
  private void transposeRows(int count) {
    switch (width) {
      case 2 -> tradeBytes(rows[0], rows[1], count);
      case 4 -> transposeFour(0, count);
      default -> {
        transposeFour(0, count);
        transposeFour(4, count);
        for (int row = 0; row < 4; row++) {
          tradeQuads(rows[row], rows[row + 4], count);
        }
      }
    }
  }

  private static void tradeBytes(long[] first, long[] second, int count) {
    for (int i = 0; i < count; i++) {
      long a = first[i];
      long b = second[i];
      first[i] = (a & BYTES) | ((b & BYTES) << 8);
      second[i] = ((a >>> 8) & BYTES) | (b & ~BYTES);
    }
  }

  private static void tradeQuads(long[] first, long[] second, int count) {
    for (int i = 0; i < count; i++) {
      long a = first[i];
      long b = second[i];
      first[i] = (a & QUADS) | ((b & QUADS) << 32);
      second[i] = ((a >>> 32) & QUADS) | (b & ~QUADS);
    }
  }

  /** Bytes between neighbours and pairs between the two halves, in one pass over the rows. */
  private void transposeFour(int firstRow, int count) {
    long[] first = rows[firstRow];
    long[] second = rows[firstRow + 1];
    long[] third = rows[firstRow + 2];
    long[] fourth = rows[firstRow + 3];
    for (int i = 0; i < count; i++) {
      long a = (first[i] & BYTES) | ((second[i] & BYTES) << 8);
      long b = ((first[i] >>> 8) & BYTES) | (second[i] & ~BYTES);
      long c = (third[i] & BYTES) | ((fourth[i] & BYTES) << 8);
      long d = ((third[i] >>> 8) & BYTES) | (fourth[i] & ~BYTES);
      first[i] = (a & PAIRS) | ((c & PAIRS) << 16);
      third[i] = ((a >>> 16) & PAIRS) | (c & ~PAIRS);
      second[i] = (b & PAIRS) | ((d & PAIRS) << 16);
      fourth[i] = ((b >>> 16) & PAIRS) | (d & ~PAIRS);
    }
  }
}
