// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.util.function.IntToDoubleFunction;

/**
 * A Euclidean norm, added up in chunks. Squares of large numbers would be infinite, and those of
 * small ones zero: both are scaled by a power of two and added up apart, as BLAS does it (Blue
 * 1978). All others are added as they are, so that their sum is what it always was.
 */
final class Norm {
  /** The squares of larger ones, and sums of them, are no longer doubles. */
  private static final double LARGE = 0x1p486;

  /** The squares of smaller ones lose digits. */
  private static final double SMALL = 0x1p-511;

  private static final double DOWN = 0x1p-538;
  private static final double UP = 0x1p537;

  /** A sum of squares between these has lost nothing that counts: no need to look at each. */
  private static final double LEAST_SUM = 0x1p-900;

  private static final double MOST_SUM = 0x1p970;

  private double larges;
  private double squares;
  private double smalls;

  /**
   * Adds a chunk of numbers: the error stays small however many chunks there are.
   *
   * @param sum the sum of their squares, which may be infinite or too small
   * @param numbers each of them, by its place; finite, or the norm is not
   */
  void add(double sum, int count, IntToDoubleFunction numbers) {
    if (LEAST_SUM <= sum && sum <= MOST_SUM) {
      squares += sum;
      return;
    }
    Norm chunk = new Norm();
    for (int i = 0; i < count; i++) {
      chunk.add(numbers.applyAsDouble(i));
    }
    larges += chunk.larges;
    squares += chunk.squares;
    smalls += chunk.smalls;
  }

  private void add(double value) {
    double magnitude = Math.abs(value);
    if (magnitude > LARGE) {
      larges += (value * DOWN) * (value * DOWN);
    } else if (magnitude < SMALL) {
      smalls += (value * UP) * (value * UP);
    } else {
      squares += value * value;
    }
  }

  /** The norm; infinite if it is larger than a double can be. */
  double value() {
    if (larges > 0) {
      return Math.sqrt(larges + squares * DOWN * DOWN) / DOWN;
    }
    return squares > 0 ? Math.hypot(Math.sqrt(squares), small()) : small();
  }

  private double small() {
    return Math.sqrt(smalls) / UP;
  }
}
