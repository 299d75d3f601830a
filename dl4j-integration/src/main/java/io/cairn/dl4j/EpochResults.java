// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import java.util.Map;

/** What DL4J knows of an epoch by itself: the score of its last batch. */
final class EpochResults {

  private EpochResults() {}

  /** The score by its name, if it is a number. */
  static Map<String, Double> of(Counters counters) {
    double score = counters.score();
    return Double.isFinite(score) ? Map.of("score", score) : Map.of();
  }
}
