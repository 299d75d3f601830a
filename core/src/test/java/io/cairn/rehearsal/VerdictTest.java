// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.rehearsal.NaiveTraining.Manner;
import io.cairn.testkit.Repro;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trainings that save by their own means: what is wrong with them is said. */
class VerdictTest {
  private static final int STEPS = 40;

  @TempDir Path folder;

  private RehearsalBuilder training(Manner manner) {
    return Rehearsal.of(
            Rehearsal.java(
                List.of("-Xmx32m", "-XX:TieredStopAtLevel=1"),
                NaiveTraining.class,
                manner,
                STEPS,
                15,
                "{base}"))
        .folder(folder.resolve("rehearsal"))
        .interrupt(Interruption.kill(When.atLine("step 25")))
        .sync(SyncHabits.USUAL.withDelay(Duration.ofMillis(20)))
        .limit(Duration.ofMinutes(2))
        .stepLine("finished step (\\d+)")
        .seed(Repro.random("verdict").nextLong());
  }

  private static void assertVerdict(RehearsalReport report, Verdict.Kind kind, String reason) {
    assertThat(report.verdict().kind()).as("%s", report.lines()).isEqualTo(kind);
    assertThat(report.verdict().reason()).contains(reason);
  }

  @Test
  void aTrainingThatSavesAndLoadsSurvives() throws Exception {
    RehearsalReport report = training(Manner.RESUMES).compare().run().requireSurvived();

    ResumePoint resume = report.attempts().get(1).resume();
    assertThat(resume.evidence()).isEqualTo(ResumePoint.Evidence.STEPS);
    assertThat(resume.step().getAsLong()).isBetween(1L, 25L);
    assertThat(report.stepsLostWithoutSnapshots()).isGreaterThanOrEqualTo(25);
    assertThat(report.verdict().reason()).endsWith("every bit as uninterrupted: model/value.txt");
  }

  @Test
  void aTrainingThatNeverSaves() throws Exception {
    assertVerdict(
        training(Manner.FORGETS).run(),
        Verdict.Kind.NEVER_SAVED,
        "no file reached S3 in any attempt");
  }

  @Test
  void aTrainingThatBeginsAnew() throws Exception {
    RehearsalReport report = training(Manner.BEGINS_ANEW).run();

    assertVerdict(
        report,
        Verdict.Kind.RESTARTED,
        "attempt 2 began anew although 1 file had come back from S3");
    assertThatThrownBy(report::requireSurvived)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("attempt 2 (1 host): from the beginning")
        .hasMessageContaining("restarted: attempt 2 began anew");
  }

  @Test
  void aTrainingWhoseResultDiffers() throws Exception {
    assertVerdict(
        training(Manner.LOSES_THE_VALUE).compare().run(),
        Verdict.Kind.DIFFERS,
        "the result is not that of an uninterrupted training: file model/value.txt differs from"
            + " byte ");
  }

  @Test
  void aLineThatIsInNeitherTrainingProvesNothing() throws Exception {
    assertVerdict(
        training(Manner.RESUMES).compareLine("accuracy [0-9.]+").run(),
        Verdict.Kind.UNKNOWN,
        "what was to be compared is in neither training: a line of output in which 'accuracy"
            + " [0-9.]+' is found");
  }

  @Test
  void aTrainingThatFailsWhenItComesBack() throws Exception {
    RehearsalReport report = training(Manner.FAILS).run();

    assertVerdict(report, Verdict.Kind.FAILED, "attempt 2 ended by itself with status 3");
    assertThat(report.lines()).contains("  | There should be nothing here");
  }

  @Test
  void aTrainingThatEndsTooSoon() throws Exception {
    assertVerdict(
        Rehearsal.of("true").folder(folder.resolve("none")).run(),
        Verdict.Kind.NEVER_SAVED,
        "wrote no file to its checkpoint folder");
    assertVerdict(
        training(Manner.RESUMES)
            .interrupt(Interruption.kill(When.after(Duration.ofHours(1))))
            .run(),
        Verdict.Kind.SURVIVED,
        "1 interruption");
  }

  @Test
  void aTrainingThatEndsBeforeItIsInterrupted() throws Exception {
    assertVerdict(
        Rehearsal.of("sh", "-c", "echo x > {base}/checkpoints/x")
            .folder(folder.resolve("none"))
            .interrupt(Interruption.kill(When.after(Duration.ofMinutes(1))))
            .run(),
        Verdict.Kind.NOT_INTERRUPTED,
        "before it was interrupted; choose an earlier moment");
  }

  @Test
  void aTrainingOfWhichNothingTellsWhereItGoesOn() throws Exception {
    assertVerdict(
        Rehearsal.of("sh", "-c", "echo x > {base}/checkpoints/x; sleep 1")
            .folder(folder.resolve("silent"))
            .interrupt(Interruption.kill(When.atUploads(1)))
            .run(),
        Verdict.Kind.UNKNOWN,
        "nothing tells where attempt 2 went on: it left neither snapshots nor lines of Cairn");
  }

  @Test
  void aTrainingThatHangs() throws Exception {
    assertVerdict(
        Rehearsal.of("sleep", "600").folder(folder).limit(Duration.ofMillis(300)).run(),
        Verdict.Kind.UNFINISHED,
        "attempt 1 still ran after 0.3 s");
  }

  @Test
  void aSyncThatStandsStillIsSeen() throws Exception {
    assertVerdict(
        training(Manner.RESUMES).sync(SyncHabits.USUAL.stallingAfter(Duration.ZERO)).run(),
        Verdict.Kind.NEVER_SAVED,
        "or the sync stood still");
  }
}
