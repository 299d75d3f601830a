// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.rehearsal.AttemptReport.End;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import io.cairn.store.s3.S3Options;
import io.cairn.store.s3.S3Store;
import io.cairn.testkit.Repro;
import io.cairn.testkit.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trainings that save with Cairn, really interrupted. */
class RehearsalTest {
  /** A training of a second is to be interrupted in it. */
  private static final SyncHabits QUICK = SyncHabits.USUAL.withDelay(Duration.ofMillis(20));

  @TempDir Path folder;

  private RehearsalBuilder training(int steps, int millis) {
    return training(steps, millis, "shared");
  }

  private RehearsalBuilder training(int steps, int millis, String sharing) {
    return Rehearsal.of(
            Rehearsal.java(
                List.of(
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.log.io.cairn=info"),
                CounterTraining.class,
                steps,
                millis,
                sharing,
                "{base}"))
        .folder(folder.resolve("rehearsal"))
        .hyperparameter("checkpoint_every_steps", "5")
        .hyperparameter("checkpoint_when_busy", "wait")
        .sync(QUICK)
        .limit(Duration.ofMinutes(2))
        .seed(Repro.random("rehearsal").nextLong());
  }

  @Test
  void aKilledTrainingGoesOnFromWhatReachedS3() throws Exception {
    RehearsalReport report = training(120, 10).compare().run().requireSurvived();

    assertThat(report.attempts()).hasSize(2);
    AttemptReport first = report.attempts().get(0);
    AttemptReport second = report.attempts().get(1);
    assertThat(first.end()).isEqualTo(End.INTERRUPTED);
    assertThat(first.why()).isEqualTo("SIGKILL when 2 snapshots had reached S3");
    assertThat(first.resume().isBeginning()).isTrue();
    assertThat(first.uploaded().files()).isGreaterThanOrEqualTo(4);
    assertThat(first.times().writes()).isNotEmpty();
    assertThat(second.resume().snapshot()).isEqualTo(second.available());
    assertThat(second.end()).isEqualTo(End.FINISHED);
    assertThat(report.stepsLost(1).getAsLong())
        .isEqualTo(first.reached().getAsLong() - second.resume().step().getAsLong());
    assertThat(report.verdict().reason())
        .isEqualTo(
            "1 interruption; every bit as uninterrupted: 1 tensor of the newest snapshot (step 120, 1"
                + " part), model/weights.txt");
  }

  @Test
  void killedAtRandomAgainAndAgain() throws Exception {
    int kills = Math.max(2, Integer.getInteger("cairn.test.rehearsals", 3));
    RehearsalReport report =
        training(100 * kills, 5)
            .interrupt(Interruption.kill(When.atSnapshots(1)))
            .interrupt(Interruption.kill(When.atRandom(Duration.ofMillis(1200))), kills - 1)
            .sync(QUICK.withoutDeletions())
            .compare()
            .run();

    assertThat(report.verdict().isSurvived()).as(String.join("\n", report.lines())).isTrue();
    assertThat(report.comparison().orElseThrow().differences()).isEmpty();
  }

  @Test
  void noInterruptionIsNotTakenForTheDefaultOne() {
    RehearsalBuilder builder = Rehearsal.of("true");

    assertThatThrownBy(() -> builder.interrupt(Interruption.kill(When.atSnapshots(1)), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("times needs at least 1, but is 0");
  }

  @Test
  void sigtermLosesNothingIfTheAgentHasTheTime() throws Exception {
    RehearsalReport report =
        training(200, 10)
            .hyperparameter("checkpoint_every_steps", "1000")
            .interrupt(Interruption.terminate(When.atLine("^step 20$")))
            .sync(QUICK.draining())
            .run()
            .requireSurvived();

    AttemptReport first = report.attempts().get(0);
    assertThat(first.why())
        .startsWith("SIGTERM at a line like '^step 20$', and it ended within ")
        .endsWith(" with status 0");
    assertThat(report.stepsLost()).isZero();
    assertThat(report.attempts().get(1).resume().step()).isEqualTo(first.reached());
  }

  @Test
  void sigtermToATrainingThatDoesNotEndIsFollowedBySigkill() throws Exception {
    RehearsalReport report =
        Rehearsal.of("sh", "-c", "trap '' TERM; sleep 600 & echo ready; wait; wait")
            .folder(folder)
            .interrupt(Interruption.terminate(When.atLine("ready")))
            .grace(Duration.ofMillis(300))
            .limit(Duration.ofSeconds(1))
            .run();

    assertThat(report.attempts().get(0).why())
        .isEqualTo("SIGTERM at a line like 'ready', and SIGKILL after the grace of 0.3 s");
    assertThat(report.verdict().kind()).isEqualTo(Verdict.Kind.UNFINISHED);
  }

  @Test
  void savingTooSeldomIsSaid() throws Exception {
    RehearsalReport report =
        training(40, 5)
            .hyperparameter("checkpoint_every_steps", "1000")
            .interrupt(Interruption.kill(When.atLine("^step 20$")))
            .run();

    assertThat(report.verdict().kind()).isEqualTo(Verdict.Kind.NOTHING_IN_S3);
    assertThat(report.verdict().reason()).contains("no snapshot was whole in S3");
  }

  @Test
  void anotherJobsFilesDoNoHarm() throws Exception {
    training(20, 0).folder(folder.resolve("other")).interrupt(late()).run();
    Path others = folder.resolve("other/hosts/algo-1/checkpoints");
    assertThat(others).isNotEmptyDirectory();

    RehearsalReport report = training(120, 10).neighbours(others).compare().run().requireSurvived();

    AttemptReport first = report.attempts().get(0);
    assertThat(first.restored()).isPositive();
    assertThat(first.resume().isBeginning()).isTrue();
  }

  @Test
  void aFolderBehindALinkIsLookedInto() throws Exception {
    Path weeks = Files.createDirectories(folder.resolve("project/checkpoints")).resolve("weeks");
    Files.writeString(weeks, "of work");
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("project"));

    assertThatThrownBy(() -> training(20, 0).folder(link).run())
        .isInstanceOf(IOException.class)
        .hasMessage(
            "A rehearsal needs an empty folder, but there are files or folders in "
                + link
                + "; choose another, or delete them");
    assertThat(weeks).hasContent("of work");
    assertThat(FolderScan.of(link))
        .extracting(FolderScan.Found::name)
        .containsExactly("checkpoints/weeks");
  }

  @Test
  void aLineWithoutAnEndIsParted() throws Exception {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    ProcessBuilder command =
        new ProcessBuilder("sh", "-c", "printf 'one\r\n\n'; printf '%0150000d' 0; printf '\rtwo'");

    try (HostProcess process = HostProcess.start(command, folder.resolve("log"), lines::add)) {
      while (process.isAlive()) {
        Thread.sleep(1);
      }
    }
    assertThat(lines)
        .containsExactly(
            "one", "", "0".repeat(1 << 16), "0".repeat(1 << 16), "0".repeat(18_928), "two");
  }

  @Test
  void aRealS3ServerStandsForS3() throws Exception {
    try (S3Server server = S3Server.start()) {
      S3Store store =
          S3Store.at(
              "s3://" + server.newBucket() + "/jobs/bank",
              S3Options.builder().client(server.client()).build());

      RehearsalReport report =
          training(120, 10).bucket(Bucket.of(store)).compare().run().requireSurvived();

      assertThat(report.attempts().get(1).restored()).isGreaterThanOrEqualTo(2);
      assertThat(store.list())
          .anyMatch(file -> file.name().contains("step-000000000120.attempt-002"));
      assertThatThrownBy(
              () -> training(20, 0).folder(folder.resolve("b")).bucket(Bucket.of(store)).run())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("needs an empty bucket, but there are ");
    }
  }

  /**
   * Objects are replaced, as trainings do it that keep one file; files in folders are not taken.
   */
  @Test
  void aTrainingThatWritesOneFileAgainAndAgainSurvivesWithARealS3() throws Exception {
    String script =
        """
        cd "$0"/checkpoints; mkdir -p logs; echo x > logs/x
        step=$(cat state 2>/dev/null || echo 0)
        while [ $step -lt 40 ]; do
          step=$((step + 1)); sleep 0.05; echo "step $step"
          echo $step > state.sagemaker-ignore; mv state.sagemaker-ignore state
        done
        """;
    try (S3Server server = S3Server.start()) {
      Store store =
          S3Store.at(
              "s3://" + server.newBucket() + "/jobs/one",
              S3Options.builder().client(server.client()).build());

      RehearsalReport report =
          Rehearsal.of("sh", "-c", script, "{base}")
              .folder(folder.resolve("rehearsal"))
              .stepLine("step (\\d+)")
              .sync(SyncHabits.USUAL.withDelay(Duration.ofMillis(20)))
              .interrupt(Interruption.kill(When.atUploads(3)))
              .bucket(Bucket.of(store))
              .run()
              .requireSurvived();

      assertThat(report.attempts().get(1).restored()).isEqualTo(1);
      assertThat(store.list()).extracting(StoredFile::name).containsExactly("state");
    }
  }

  @Test
  void anAgentThatCannotCopyEndsTheRehearsal() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    Bucket noFolder = Bucket.in(file);

    assertThatThrownBy(
            () ->
                Rehearsal.of("sh", "-c", "echo x > {base}/checkpoints/x; sleep 601")
                    .folder(folder.resolve("rehearsal"))
                    .bucket(noFolder)
                    .run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The rehearsal's sync agent could not copy ");
  }

  @Test
  void anAgentThatEndsByAMistakeEndsTheRehearsal() {
    Bucket broken =
        new Bucket() {
          @Override
          public OptionalLong put(String key, Path file) {
            throw new IllegalStateException("a mistake");
          }

          @Override
          public void get(String key, Path file) {}

          @Override
          public void delete(String key) {}

          @Override
          public SortedMap<String, Long> list(String prefix) {
            return new TreeMap<>();
          }
        };

    assertThatThrownBy(
            () ->
                Rehearsal.of("sh", "-c", "echo x > {base}/checkpoints/x; sleep 601")
                    .folder(folder.resolve("rehearsal"))
                    .bucket(broken)
                    .limit(Duration.ofSeconds(30))
                    .run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("The rehearsal's sync agent could not copy ")
        .hasMessageContaining("a mistake");
  }

  private static Interruption late() {
    return Interruption.kill(When.after(Duration.ofHours(1)));
  }

  @Test
  void allProcessesOfAKilledTrainingAreGone() throws Exception {
    Rehearsal.of("sh", "-c", "(sleep 601 & echo $! > {base}/pid; echo ready; wait); true")
        .folder(folder)
        .interrupt(Interruption.kill(When.atLine("ready")))
        .limit(Duration.ofMillis(500))
        .listener(attempt -> assertEnds(folder.resolve("hosts/algo-1/pid")))
        .run();
  }

  /** What was killed is there until whoever adopted it has asked for its status. */
  private static void assertEnds(Path pidFile) {
    try {
      Optional<ProcessHandle> process =
          ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
      if (process.isPresent()) {
        process.get().onExit().get(30, TimeUnit.SECONDS);
      }
    } catch (Exception e) {
      throw new AssertionError("The process of " + pidFile + " still runs", e);
    }
  }

  @Test
  void theContainerIsAsSageMakerMakesIt() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("rows.csv"), "1,2");
    Rehearsal.of("sh", "-c", "env > {base}/output/env; cat input/data/train/rows.csv; true")
        .folder(folder.resolve("rehearsal"))
        .channel("train", data)
        .hyperparameter("epochs", "3")
        .environment("EXTRA", "{base}/x")
        .toolkitVariables()
        .hosts(2)
        .run();

    Path base = folder.resolve("rehearsal/hosts/algo-2");
    assertThat(base.resolve("input/config/hyperparameters.json")).content().contains("\"3\"");
    assertThat(base.resolve("input/config/resourceconfig.json"))
        .content()
        .contains("\"current_host\": \"algo-2\"", "\"hosts\": [\n    \"algo-1\",\n    \"algo-2\"");
    assertThat(base.resolve("input/config/checkpointconfig.json"))
        .content()
        .contains("\"LocalPath\": \"" + base.resolve("checkpoints") + "\"");
    assertThat(base.resolve("input/config/inputdataconfig.json")).content().contains("\"train\"");
    assertThat(base.resolve("input/data/train/rows.csv")).hasContent("1,2");
    try (Stream<String> lines = Files.lines(base.resolve("output/env"))) {
      assertThat(lines.toList())
          .contains(
              "SAGEMAKER_BASE_DIR=" + base,
              "TRAINING_JOB_NAME=rehearsal",
              "EXTRA=" + base.resolve("x"),
              "SM_CURRENT_HOST=algo-2",
              "SM_HOSTS=[\"algo-1\",\"algo-2\"]",
              "SM_HP_EPOCHS=3",
              "SM_CHANNEL_TRAIN=" + base.resolve("input/data/train"));
    }
  }

  @Test
  void mistakesAreSaid() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    RehearsalBuilder builder = Rehearsal.of("true").folder(folder);

    assertThatThrownBy(builder::run)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("needs an empty folder, but there are files or folders in " + folder);
    assertThatThrownBy(() -> Rehearsal.of())
        .hasMessage("A rehearsal needs a command: a program and arguments");
    assertThatThrownBy(() -> builder.hosts(0)).hasMessage("A job has 1 host or more, not [0]");
    assertThatThrownBy(() -> builder.stepLine("step"))
        .hasMessageContaining("needs a group for the number");
    assertThatThrownBy(() -> builder.channel("x", folder.resolve("file")))
        .hasMessageContaining("The channel x is to be a folder, but is ");
    assertThatThrownBy(() -> When.atUploads(0)).hasMessageContaining("1 or more, not 0");
    assertThatThrownBy(() -> Rehearsal.of("no-such-program").folder(folder.resolve("new")).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no-such-program");
  }
}
