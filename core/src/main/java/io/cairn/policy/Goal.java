// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.util.Locale;

/** Which values of a metric are good. */
public enum Goal {
  /** Smaller is better, as for a loss. */
  MIN,
  /** Larger is better, as for an accuracy. */
  MAX;

  /**
   * Whether a value is strictly better.
   *
   * @param value the value to judge; NaN is never better
   * @param than the value to beat
   * @return true if it is better, false if equal or worse
   */
  public boolean isBetter(double value, double than) {
    return this == MIN ? value < than : value > than;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
