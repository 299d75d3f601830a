// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.util.Locale;

/** How things look in sentences. */
final class Texts {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Texts() {}

  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  static String id(SnapshotId id) {
    return id.step() + "/" + id.attempt();
  }

  static String duration(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }

  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }
}
