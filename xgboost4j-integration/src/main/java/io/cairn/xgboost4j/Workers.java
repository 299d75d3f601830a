// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.CheckpointerBuilder;
import io.cairn.model.Rank;
import java.util.function.UnaryOperator;
import ml.dmlc.xgboost4j.java.Communicator;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * The processes that train one model together, joined by XGBoost's communicator. It sums floats
 * only: whole numbers travel in pieces of 16 bits, which a float holds exactly.
 */
final class Workers {
  private static final int PIECES = Long.SIZE / Short.SIZE;
  private static final int PIECE_MASK = 0xFFFF;
  private static final float NOT_AMONG_THE_LARGEST = -1;

  private final Rank self;
  private final UnaryOperator<float[]> sum;
  private final UnaryOperator<float[]> max;

  Workers(Rank self, UnaryOperator<float[]> sum, UnaryOperator<float[]> max) {
    this.self = self;
    this.sum = sum;
    this.max = max;
  }

  /** Those this thread was joined with by {@code Communicator.init}; else this process alone. */
  static Workers joined() throws XGBoostError {
    return new Workers(
        rank(),
        values -> Communicator.allReduce(values, Communicator.OpType.SUM),
        values -> Communicator.allReduce(values, Communicator.OpType.MAX));
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
    return isAlone() ? settings : settings.rank(self).agreement(this::largest);
  }

  /** Whether the condition holds on at least one worker. */
  boolean any(boolean mine) {
    return isAlone() ? mine : max.apply(new float[] {mine ? 1 : 0})[0] == 1;
  }

  /** The largest number of all workers, found piece by piece from the highest. */
  long largest(long mine) {
    long unsigned = mine ^ Long.MIN_VALUE;
    long result = 0;
    boolean amongLargest = true;
    for (int piece = 0; piece < PIECES; piece++) {
      int own = piece(unsigned, piece);
      float highest = max.apply(new float[] {amongLargest ? own : NOT_AMONG_THE_LARGEST})[0];
      amongLargest &= own == (int) highest;
      result = result << Short.SIZE | (int) highest;
    }
    return result ^ Long.MIN_VALUE;
  }

  /** The numbers of all workers, by rank. */
  long[] gather(long mine) {
    if (isAlone()) {
      return new long[] {mine};
    }
    float[] pieces = new float[count() * PIECES];
    for (int piece = 0; piece < PIECES; piece++) {
      pieces[self.index() * PIECES + piece] = piece(mine, piece);
    }
    return joinPieces(sum.apply(pieces));
  }

  private long[] joinPieces(float[] pieces) {
    long[] numbers = new long[count()];
    for (int i = 0; i < pieces.length; i++) {
      numbers[i / PIECES] = numbers[i / PIECES] << Short.SIZE | (int) pieces[i];
    }
    return numbers;
  }

  /** The pieces of a number, the highest first. */
  private static int piece(long number, int index) {
    return (int) (number >>> (Short.SIZE * (PIECES - 1 - index))) & PIECE_MASK;
  }
}
