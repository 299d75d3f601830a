// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.time.Duration;
import java.util.Locale;

/** How values read in logs. */
final class Text {
  private Text() {}

  /** As in {@code 5m}, {@code 1h30m}, {@code 0.5s}: the ISO form without its prefix. */
  static String of(Duration duration) {
    return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }

  /** As in {@code every step}, {@code every 100 steps}. */
  static String every(long n, String unit) {
    return n == 1 ? "every " + unit : "every " + n + " " + unit + "s";
  }
}
