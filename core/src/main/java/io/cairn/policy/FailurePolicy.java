// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

/** When failed saves stop a training. Pure. */
@FunctionalInterface
public interface FailurePolicy {

  /**
   * Whether the training must stop.
   *
   * @param consecutiveFailures how many saves failed in a row, up to now; 0 after a good one
   * @return true to stop
   */
  boolean shouldStop(int consecutiveFailures);

  /**
   * Bears failures until there are more than this in a row.
   *
   * @param consecutive how many in a row to bear, at least 0; the next one stops the training
   * @return the policy
   * @throws IllegalArgumentException if the number is negative
   */
  static FailurePolicy tolerate(int consecutive) {
    return new Tolerate(consecutive);
  }

  /**
   * Stops at the first failure.
   *
   * @return the policy
   */
  static FailurePolicy strict() {
    return new Tolerate(0);
  }
}
