// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

/**
 * A line of the table of goals.
 *
 * @param work what was done
 * @param ours how long it took, or how large it was
 * @param beside what it is compared with
 * @param theirs how long that took, or how large it was
 * @param ratio the comparison
 * @param goal the bound
 */
record Row(String work, String ours, String beside, String theirs, Ratio ratio, Goal goal) {

  /**
   * A bound.
   *
   * @param atMost whether it is an upper bound
   * @param bound the bound
   */
  record Goal(boolean atMost, double bound) {
    static Goal atMost(double bound) {
      return new Goal(true, bound);
    }

    static Goal atLeast(double bound) {
      return new Goal(false, bound);
    }

    boolean isMetBy(double value) {
      return atMost ? value <= bound : value >= bound;
    }

    @Override
    public String toString() {
      return (atMost ? "at most " : "at least ") + bound;
    }
  }

  /** Whether the median keeps the bound. */
  boolean isMet() {
    return goal.isMetBy(ratio.value());
  }
}
