// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.CheckpointerBuilder;
import io.cairn.model.Rank;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import ml.dmlc.xgboost4j.java.Communicator;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * The processes that train one model together, joined by XGBoost's communicator. It sums floats
 * only: whole numbers travel byte by byte, which a float holds exactly. And it does not tell when a
 * sum failed: so to each float all workers add a mark, by which it is seen that it is complete.
 */
final class Workers {
  private static final int MARK = 1 << Byte.SIZE;

  private final Rank self;
  private final UnaryOperator<float[]> sum;

  Workers(Rank self, UnaryOperator<float[]> sum) {
    this.self = self;
    this.sum = sum;
  }

  /** Those this thread was joined with by {@code Communicator.init}; else this process alone. */
  static Workers joined() throws XGBoostError {
    return new Workers(rank(), values -> Communicator.allReduce(values, Communicator.OpType.SUM));
  }

  /** The communicator needs Jackson; where that is missing nobody can have initialized it. */
  private static Rank rank() throws XGBoostError {
    try {
      return new Rank(Communicator.getRank(), Communicator.getWorldSize());
    } catch (NoClassDefFoundError e) {
      return Rank.SINGLE;
    }
  }

  int count() {
    return self.worldSize();
  }

  private boolean isAlone() {
    return count() == 1;
  }

  /** Workers that are joined know their rank; a process alone leaves it to the container. */
  CheckpointerBuilder tell(CheckpointerBuilder settings) {
    return isAlone() ? settings : settings.copy().rank(self).agreement(this::largest);
  }

  /** Whether the condition holds on at least one worker. */
  boolean any(boolean mine) throws XGBoostError {
    return LongStream.of(gather(mine ? 1 : 0)).anyMatch(answer -> answer == 1);
  }

  private long largest(long mine) {
    try {
      return LongStream.of(gather(mine)).max().orElse(mine);
    } catch (XGBoostError e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The numbers of all workers, by rank. */
  long[] gather(long mine) throws XGBoostError {
    if (isAlone()) {
      return new long[] {mine};
    }
    float[] values = new float[count() * Long.BYTES];
    Arrays.fill(values, MARK);
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(mine).array();
    for (int i = 0; i < Long.BYTES; i++) {
      values[self.index() * Long.BYTES + i] += Byte.toUnsignedInt(bytes[i]);
    }
    return numbers(sum.apply(values));
  }

  private long[] numbers(float[] sums) throws XGBoostError {
    ByteBuffer bytes = ByteBuffer.allocate(sums.length);
    for (float value : sums) {
      int rest = (int) value - count() * MARK;
      if (rest < 0 || rest >= MARK) {
        throw new XGBoostError(
            "The "
                + count()
                + " workers could not agree: at least one has ended. XGBoost cannot go on without it:"
                + " start all workers again, and they resume together");
      }
      bytes.put((byte) rest);
    }
    long[] numbers = new long[count()];
    bytes.flip().asLongBuffer().get(numbers);
    return numbers;
  }
}
