// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** An attempt for people. */
final class AttemptText {
  private AttemptText() {}

  static List<String> lines(AttemptReport attempt, OptionalLong lost) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "attempt "
            + attempt.number()
            + " ("
            + Texts.count(attempt.hosts(), "host")
            + "): "
            + attempt.resume()
            + refused(attempt));
    lines.add("  " + attempt.why() + ", " + Texts.duration(attempt.duration()) + reached(attempt));
    lines.add(
        "  uploaded: "
            + Texts.count(attempt.uploaded().files(), "file")
            + ", "
            + Texts.bytes(attempt.uploaded().bytes()));
    times(attempt.times()).ifPresent(lines::add);
    lost.ifPresent(steps -> lines.add("  lost: " + Texts.count(steps, "step")));
    return lines;
  }

  private static String reached(AttemptReport attempt) {
    return attempt.reached().isPresent() ? ", at step " + attempt.reached().getAsLong() : "";
  }

  /** The newest that names and sizes call complete, where it was not the one. */
  private static String refused(AttemptReport attempt) {
    return attempt
        .available()
        .filter(id -> attempt.resume().snapshot().isPresent())
        .filter(id -> !attempt.resume().snapshot().get().equals(id))
        .map(id -> " (" + Texts.id(id) + " was there, too)")
        .orElse("");
  }

  private static Optional<String> times(AttemptReport.SnapshotTimes times) {
    if (times.writes().isEmpty() && times.stalls().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "  snapshots: "
            + times.writes().size()
            + ", stall "
            + millis(times.stalls())
            + ", write "
            + millis(times.writes())
            + " (median, max)");
  }

  private static String millis(List<Double> numbers) {
    if (numbers.isEmpty()) {
      return "-";
    }
    double max = numbers.stream().max(Comparator.naturalOrder()).orElseThrow();
    return String.format(
        Locale.ROOT, "%.1f and %.1f ms", RehearsalReport.median(numbers).orElseThrow(), max);
  }
}
