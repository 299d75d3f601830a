// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What was measured: the median of each fork. One fork's runs share a process, a memory layout and
 * what else the machine did meanwhile; so forks, not runs, tell the noise.
 *
 * @param micros the forks' medians in microseconds, sorted
 */
record Figure(List<Double> micros) {
  private static final double MICROS_IN_MILLI = 1000;

  Figure {
    List<Double> sorted = new ArrayList<>(micros);
    Collections.sort(sorted);
    micros = List.copyOf(sorted);
  }

  double median() {
    int half = micros.size() / 2;
    return micros.size() % 2 == 1
        ? micros.get(half)
        : (micros.get(half - 1) + micros.get(half)) / 2;
  }

  double min() {
    return micros.get(0);
  }

  double max() {
    return micros.get(micros.size() - 1);
  }

  /** Both, one after the other. */
  Figure plus(Figure other) {
    List<Double> sums = new ArrayList<>();
    for (int i = 0; i < Math.min(micros.size(), other.micros.size()); i++) {
      sums.add(micros.get(i) + other.micros.get(i));
    }
    return new Figure(sums);
  }

  /** How many times the other this is. */
  Ratio over(Figure other) {
    return new Ratio(median() / other.median(), min() / other.max(), max() / other.min());
  }

  /** The time with its unit. */
  @Override
  public String toString() {
    if (micros.size() == 1) {
      return "%.3f ms (one fork)".formatted(median() / MICROS_IN_MILLI);
    }
    return "%.3f ms (%.3f to %.3f)"
        .formatted(median() / MICROS_IN_MILLI, min() / MICROS_IN_MILLI, max() / MICROS_IN_MILLI);
  }
}
