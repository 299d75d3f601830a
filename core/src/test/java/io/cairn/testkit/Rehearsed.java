// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.rehearsal.AttemptReport;
import io.cairn.rehearsal.Interruption;
import io.cairn.rehearsal.RehearsalBuilder;
import io.cairn.rehearsal.RehearsalReport;
import io.cairn.rehearsal.SyncHabits;
import io.cairn.rehearsal.When;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Rehearses an example: interrupted once, or as often as {@code -Dcairn.test.rehearsals} says, in
 * rehearsals of five interruptions at most.
 */
public final class Rehearsed {
  private static final int INTERRUPTIONS = Integer.getInteger("cairn.test.rehearsals", 1);
  private static final int AT_MOST = 5;

  private Rehearsed() {}

  /**
   * Rehearses it.
   *
   * @param folder empty
   * @param longest interruptions after the first come at random within this time
   * @param example describes the training, anew for each rehearsal, and what is compared
   * @return the last rehearsal
   * @throws AssertionError if it does not survive
   */
  public static RehearsalReport survives(
      Path folder, Duration longest, Supplier<RehearsalBuilder> example) throws Exception {
    RehearsalReport report;
    int done = 0;
    int round = 0;
    do {
      int times = Math.min(INTERRUPTIONS - done, AT_MOST);
      RehearsalBuilder rehearsal =
          example
              .get()
              .folder(folder.resolve("rehearsal-" + ++round))
              .seed(Repro.random("rehearsal " + round).nextLong())
              .hyperparameter("checkpoint_when_busy", "wait") // not to end before the first upload
              .sync(SyncHabits.USUAL.withDelay(Duration.ofMillis(20)))
              .limit(Duration.ofMinutes(5))
              .interrupt(Interruption.kill(When.atSnapshots(1)));
      if (times > 1) {
        rehearsal.interrupt(Interruption.kill(When.atRandom(longest)), times - 1);
      }
      report = rehearsal.run().requireSurvived();
      done +=
          (int)
              report.attempts().stream()
                  .filter(attempt -> attempt.end() == AttemptReport.End.INTERRUPTED)
                  .count();
    } while (done < INTERRUPTIONS);
    return report;
  }
}
