// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

/**
 * The smallest and the largest value a metric has had.
 *
 * @param min the smallest
 * @param max the largest
 */
public record Range(double min, double max) {

  /**
   * Checks the order.
   *
   * @param min the smallest
   * @param max the largest
   * @throws IllegalArgumentException unless {@code min <= max}; NaN has no place in a range
   */
  public Range {
    if (!(min <= max)) {
      throw new IllegalArgumentException(
          "A range needs min <= max, but has min " + min + ", max " + max);
    }
  }

  /**
   * The range of one value.
   *
   * @param value the value
   * @return both ends at the value
   * @throws IllegalArgumentException if the value is NaN
   */
  public static Range of(double value) {
    return new Range(value, value);
  }

  /**
   * The range that spans another one, too.
   *
   * @param other the other range
   * @return the smaller minimum and the larger maximum
   */
  public Range including(Range other) {
    return new Range(Math.min(min, other.min), Math.max(max, other.max));
  }

  /**
   * The best value in the range.
   *
   * @param goal which values are good
   * @return the minimum or the maximum
   */
  public double best(Goal goal) {
    return goal == Goal.MIN ? min : max;
  }
}
