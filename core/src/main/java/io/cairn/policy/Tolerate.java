// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

/** Bears so many failures in a row. */
record Tolerate(int consecutive) implements FailurePolicy {
  Tolerate {
    if (consecutive < 0) {
      throw new IllegalArgumentException(
          "tolerate needs a number of failures >= 0, but is " + consecutive);
    }
  }

  @Override
  public boolean shouldStop(int consecutiveFailures) {
    return consecutiveFailures > consecutive;
  }

  @Override
  public String toString() {
    return consecutive == 0
        ? "stop at the first failure"
        : "stop after " + (consecutive + 1L) + " failures in a row";
  }
}
