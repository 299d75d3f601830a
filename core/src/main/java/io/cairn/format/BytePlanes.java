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

  /** By how many bytes rows are apart in each step, and which bits of a word stay in place. */
  private static final long[] STAYING = {0x00FF00FF00FF00FFL, 0x0000FFFF0000FFFFL, 0xFFFFFFFFL};

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

  /** Each word of a column holds rows of a small matrix of bytes: pairs of them trade halves. */
  private void transposeRows(int count) {
    for (int step = 0; 1 << step < width; step++) {
      int distance = 1 << step;
      for (int row = 0; row < width; row++) {
        if ((row & distance) == 0) {
          trade(rows[row], rows[row + distance], count, distance * Byte.SIZE, STAYING[step]);
        }
      }
    }
  }

  private static void trade(long[] first, long[] second, int count, int shift, long staying) {
    for (int i = 0; i < count; i++) {
      long a = first[i];
      long b = second[i];
      first[i] = (a & staying) | ((b & staying) << shift);
      second[i] = ((a >>> shift) & staying) | (b & ~staying);
    }
  }
}
