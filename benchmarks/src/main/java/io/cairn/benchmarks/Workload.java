// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.CheckpointerBuilder;
import io.cairn.model.Progress;

/** A training of a framework, as it is and with Cairn. Trains once. */
interface Workload extends AutoCloseable {

  /**
   * A training that takes about so long, on two processors of 2026.
   *
   * @param afterStep called after each step, whoever trains
   */
  static Workload named(String name, int seconds, Runnable afterStep) {
    return switch (name) {
      case "bank" -> new DjlWorkload(seconds, afterStep);
      case "wide" -> Dl4jWorkload.wide(seconds, afterStep);
      case "narrow" -> Dl4jWorkload.narrow(afterStep);
      default -> throw new IllegalArgumentException("There is no training '" + name + "'");
    };
  }

  /** How many parameters it has. */
  long parameters();

  /**
   * The size of the tensors in a snapshot: parameters, and the two moments that Adam has of each.
   */
  default long stateBytes() {
    return 3 * Float.BYTES * parameters();
  }

  /** How many steps take about 2 seconds. */
  int stepsBetweenSaves();

  /** Trains as the framework does. */
  void fit() throws Exception;

  /** Trains with Cairn. */
  Progress fitSaved(CheckpointerBuilder settings) throws Exception;

  @Override
  void close();
}
