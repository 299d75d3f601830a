// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

/**
 * A ratio of medians, and how far the forks would have it otherwise.
 *
 * @param value the ratio
 * @param low the smallest of any two forks
 * @param high the largest of any two forks
 */
record Ratio(double value, double low, double high) {

  /** What has no noise. */
  static Ratio exactly(double value) {
    return new Ratio(value, value, value);
  }

  @Override
  public String toString() {
    return low == high
        ? "%.3f".formatted(value)
        : "%.2f (%.2f to %.2f)".formatted(value, low, high);
  }
}
