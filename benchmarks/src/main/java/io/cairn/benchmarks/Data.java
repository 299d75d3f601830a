// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Bytes as trainings hold them, the same for the same generator. */
final class Data {
  /** Of weights as usual initializations give them. */
  private static final float SPREAD = 0.02f;

  private static final int ONE_IN = 100;

  private Data() {}

  /** Float32 weights, normally distributed. */
  static ByteBuffer weights(int bytes, Random random) {
    ByteBuffer floats = direct(bytes);
    while (floats.remaining() >= Float.BYTES) {
      floats.putFloat((float) random.nextGaussian() * SPREAD);
    }
    return floats.clear();
  }

  /** Adam's second moments: squares of small numbers. */
  static ByteBuffer secondMoments(int bytes, Random random) {
    ByteBuffer floats = direct(bytes);
    while (floats.remaining() >= Float.BYTES) {
      float gradient = (float) random.nextGaussian() * SPREAD;
      floats.putFloat(gradient * gradient);
    }
    return floats.clear();
  }

  /** Bfloat16 weights: the upper halves of float32. */
  static ByteBuffer bfloats(int bytes, Random random) {
    ByteBuffer halves = direct(bytes);
    while (halves.remaining() >= Short.BYTES) {
      int bits = Float.floatToIntBits((float) random.nextGaussian() * SPREAD);
      halves.putShort((short) (bits >>> Short.SIZE));
    }
    return halves.clear();
  }

  /** Quantized weights: most are near 0. */
  static ByteBuffer int8(int bytes, Random random) {
    ByteBuffer values = direct(bytes);
    while (values.hasRemaining()) {
      long value = Math.round(random.nextGaussian() * Byte.MAX_VALUE / 4);
      values.put((byte) Math.max(Byte.MIN_VALUE, Math.min(Byte.MAX_VALUE, value)));
    }
    return values.clear();
  }

  /** Float32 gradients of which one in a hundred is not 0. */
  static ByteBuffer sparse(int bytes, Random random) {
    ByteBuffer floats = direct(bytes);
    while (floats.remaining() >= Float.BYTES) {
      boolean there = random.nextInt(ONE_IN) == 0;
      floats.putFloat(there ? (float) random.nextGaussian() * SPREAD : 0);
    }
    return floats.clear();
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
