// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.rehearsal.AttemptReport.End;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * What happened in a rehearsal.
 *
 * @param folder where its logs, hosts and what stands for S3 are
 * @param seed repeats everything random, but not the speed of processes
 * @param attempts the lives of the training, in order; one at least
 * @param comparison with an uninterrupted training, if asked for and if the training ended
 * @param verdict what it proves
 */
public record RehearsalReport(
    Path folder,
    long seed,
    List<AttemptReport> attempts,
    Optional<Comparison> comparison,
    Verdict verdict) {

  /**
   * Copies the list.
   *
   * @param folder where its logs, hosts and what stands for S3 are
   * @param seed repeats everything random
   * @param attempts the lives of the training
   * @param comparison with an uninterrupted training
   * @param verdict what it proves
   */
  public RehearsalReport {
    attempts = List.copyOf(attempts);
  }

  /**
   * How many steps an attempt had done that the ones after it had to do again.
   *
   * @param attempt the attempt's number, from 1
   * @return at least so many; empty if it was not interrupted, or nothing tells
   */
  public OptionalLong stepsLost(int attempt) {
    AttemptReport before = attempts.get(attempt - 1);
    OptionalLong resumed =
        attempts.stream()
            .skip(attempt)
            .map(AttemptReport::resume)
            .filter(ResumePoint::isKnown)
            .findFirst()
            .map(ResumePoint::step)
            .orElse(OptionalLong.empty());
    return before.end() == End.INTERRUPTED && before.reached().isPresent() && resumed.isPresent()
        ? OptionalLong.of(Math.max(0, before.reached().getAsLong() - resumed.getAsLong()))
        : OptionalLong.empty();
  }

  /**
   * How many steps were done twice or more.
   *
   * @return the sum of {@link #stepsLost} over all attempts
   */
  public long stepsLost() {
    return numbers().mapToLong(number -> stepsLost(number).orElse(0)).sum();
  }

  /**
   * How many steps would have been lost had every attempt begun anew: all that the interrupted ones
   * had reached.
   *
   * @return at least so many
   */
  public long stepsLostWithoutSnapshots() {
    return attempts.stream()
        .filter(attempt -> attempt.end() == End.INTERRUPTED)
        .mapToLong(attempt -> attempt.reached().orElse(0))
        .sum();
  }

  private IntStream numbers() {
    return IntStream.rangeClosed(1, attempts.size());
  }

  /**
   * The report for people.
   *
   * @return its lines
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (AttemptReport attempt : attempts) {
      lines.addAll(AttemptText.lines(attempt, stepsLost(attempt.number())));
    }
    long without = stepsLostWithoutSnapshots();
    if (without > 0) {
      lines.add(
          "steps done twice: "
              + stepsLost()
              + "; without snapshots it would have been "
              + without
              + " so far");
    }
    AttemptReport last = attempts.get(attempts.size() - 1);
    if (last.end() == End.FAILED || last.end() == End.TIMED_OUT) {
      last.tail().forEach(line -> lines.add("  | " + line));
    }
    lines.add("logs, hosts and S3: " + folder + " (seed " + seed + ")");
    lines.add(
        verdict.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + verdict.reason());
    return lines;
  }

  /**
   * For tests: does nothing if the training survived.
   *
   * @return this
   * @throws AssertionError if it did not, with all lines
   */
  public RehearsalReport requireSurvived() {
    if (!verdict.isSurvived()) {
      throw new AssertionError(String.join("\n", lines()));
    }
    return this;
  }

  /**
   * The median.
   *
   * @param numbers any numbers
   * @return empty if there are none
   */
  static Optional<Double> median(List<Double> numbers) {
    List<Double> sorted = numbers.stream().sorted(Comparator.naturalOrder()).toList();
    return sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(sorted.size() / 2));
  }
}
