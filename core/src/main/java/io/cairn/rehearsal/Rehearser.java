// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.rehearsal.AttemptReport.End;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts attempt after attempt until one is not interrupted, and judges what came of it. */
final class Rehearser {
  private final Job job;
  private final Conditions conditions;
  private final Workplace place;
  private final Consumer<AttemptReport> listener;

  Rehearser(Job job, Conditions conditions, Workplace place, Consumer<AttemptReport> listener) {
    this.job = job;
    this.conditions = conditions;
    this.place = place;
    this.listener = listener;
  }

  /**
   * Runs all attempts.
   *
   * @param compare whether the result is held against that of an uninterrupted training
   */
  RehearsalReport run(boolean compare) throws IOException, InterruptedException {
    List<AttemptReport> attempts = new ArrayList<>();
    Optional<Comparer.Result> result = Optional.empty();
    while (isToGoOn(attempts)) {
      Attempt attempt = new Attempt(job, conditions, place, attempts.size() + 1);
      AttemptReport report = attempt.run();
      attempts.add(report);
      listener.accept(report);
      if (report.end() == End.FINISHED) {
        result = Optional.of(result(attempt, place));
      }
    }
    boolean comparing = compare && attempts.size() > 1;
    Optional<Comparison> comparison =
        comparing && result.isPresent() ? Optional.of(compare(result.get())) : Optional.empty();
    Verdict verdict = new Judge(attempts, comparison).judge();
    return new RehearsalReport(place.folder(), conditions.seed(), attempts, comparison, verdict);
  }

  private static boolean isToGoOn(List<AttemptReport> attempts) {
    return attempts.isEmpty() || attempts.get(attempts.size() - 1).end() == End.INTERRUPTED;
  }

  private static Comparer.Result result(Attempt attempt, Workplace where) throws IOException {
    return new Comparer.Result(
        where.gathered(attempt.hosts()), attempt.hosts().get(0).model(), attempt.resultLines());
  }

  private Comparison compare(Comparer.Result rehearsed) throws IOException, InterruptedException {
    Workplace other = Workplace.in(place.folder().resolve("uninterrupted"));
    Attempt attempt = new Attempt(job, conditions.undisturbed(), other, 1);
    AttemptReport report = attempt.run();
    if (report.end() != End.FINISHED) {
      String why = "the uninterrupted training " + report.why();
      return new Comparison(List.of(), List.of(why), List.of());
    }
    return new Comparer(job.resultLine()).compare(result(attempt, other), rehearsed);
  }
}
