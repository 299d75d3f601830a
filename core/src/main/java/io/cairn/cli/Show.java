// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How things look in tables and sentences. */
final class Show {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final double SHOWN_AS_WHOLE = 1e9;

  private Show() {}

  /** As in {@code 1200/2}. */
  static String id(SnapshotId id) {
    return id.step() + "/" + id.attempt();
  }

  /** As in {@code 1.5 MiB}. */
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /** As in {@code 3h}: the largest unit alone. */
  static String age(Duration age) {
    if (age.isNegative()) {
      return "future";
    }
    if (age.toMinutes() < 1) {
      return age.toSeconds() + "s";
    }
    if (age.toHours() < 1) {
      return age.toMinutes() + "m";
    }
    return age.toDays() < 1 ? age.toHours() + "h" : age.toDays() + "d";
  }

  /** Five digits; whole numbers as such. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return String.valueOf(value);
    }
    if (value == Math.rint(value) && Math.abs(value) < SHOWN_AS_WHOLE) {
      return String.valueOf((long) value);
    }
    return String.format(Locale.ROOT, "%.5g", value);
  }

  /** As in {@code loss=0.125 accuracy=0.9}. */
  static String metrics(Map<String, Double> metrics) {
    return metrics.entrySet().stream()
        .map(metric -> metric.getKey() + "=" + number(metric.getValue()))
        .collect(Collectors.joining(" "));
  }

  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
