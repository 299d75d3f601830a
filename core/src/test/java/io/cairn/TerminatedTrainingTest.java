// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, asked to end at every kind of moment, and killed when their time is over. */
class TerminatedTrainingTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Nobody waits for so long: who stands here is killed. */
  private static final int FOREVER = 600_000;

  private static final String EVERY_STEP =
      "{\"checkpoint_every_steps\":\"1\",\"checkpoint_when_busy\":\"wait\"%s}";
  private static final String SELDOM = "{\"checkpoint_every_steps\":\"1000\"%s}";

  @TempDir Path base;

  @BeforeEach
  void container() throws IOException {
    Files.createDirectories(base.resolve("input/config"));
    Files.createDirectories(base.resolve("output"));
  }

  private ForkedJvm training(String settings, String where, int millis) throws IOException {
    Files.writeString(base.resolve("input/config/hyperparameters.json"), settings);
    return ForkedJvm.running(TerminatedScript.class)
        .arguments(base, where, millis)
        .property("org.slf4j.simpleLogger.log.io.cairn", "info")
        .jvmArgument("-XX:TieredStopAtLevel=1")
        .start();
  }

  private static String with(String settings, String more) {
    return settings.formatted(more);
  }

  /** As SageMaker does it: SIGTERM, and SIGKILL when so much time has passed. */
  private static int stop(ForkedJvm process, int seconds) throws InterruptedException {
    process.terminate();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (process.isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    process.kill();
    return process.waitFor(LONG);
  }

  private long resumedAt() throws Exception {
    LogisticRegression training = new LogisticRegression();
    long step;
    try (Checkpointer checkpointer =
        Checkpointer.builder().environment(Map.of()).baseFolder(base).open(training)) {
      step = checkpointer.resumedAt().step();
    }
    LogisticRegression uninterrupted = new LogisticRegression();
    for (long i = 0; i < step; i++) {
      uninterrupted.train();
    }
    assertThat(training).hasToString(uninterrupted.toString());
    return step;
  }

  private static long lastStep(ForkedJvm process) {
    return process.lines().stream()
        .filter(line -> line.matches("step \\d+"))
        .mapToLong(line -> Long.parseLong(line.substring(5)))
        .max()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"120, 1000", "5, 100"})
  void duringAWriteBothThatOneAndTheLastBecomeDurable(int seconds, int millis) throws Exception {
    try (ForkedJvm process = training(with(EVERY_STEP, ""), "writing", millis)) {
      process.awaitLine("^writing$", LONG);
      assertThat(stop(process, seconds)).as("%s", process.lines()).isZero();
      assertThat(resumedAt()).isEqualTo(lastStep(process));
      assertThat(process.lines()).filteredOn(line -> line.equals("writing")).hasSizeGreaterThan(1);
    }
  }

  @Test
  void whatDoesNotFitIntoFiveSecondsIsNotThereAndTheOneBeforeIs() throws Exception {
    try (ForkedJvm process = training(with(EVERY_STEP, ""), "writing", FOREVER)) {
      process.awaitLine("^writing$", LONG);
      assertThat(stop(process, 5)).isEqualTo(137);
    }
    assertThat(resumedAt()).isEqualTo(1);
  }

  @Test
  void duringValidationItIsSavedWhenThatIsOver() throws Exception {
    try (ForkedJvm process = training(with(SELDOM, ""), "validating", 1000)) {
      process.awaitLine("^validating$", LONG);
      assertThat(stop(process, 120)).as("%s", process.lines()).isZero();
    }
    assertThat(resumedAt()).isGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {143, 0, 7})
  void aValidationLongerThanTheGraceEndsWithTheStatusThatWasSet(int status) throws Exception {
    String option = status == 143 ? "" : ",\"checkpoint_exit_status\":\"" + status + "\"";
    String settings = with(EVERY_STEP, ",\"checkpoint_grace\":\"1s\"" + option);
    try (ForkedJvm process = training(settings, "validating", FOREVER)) {
      process.awaitLine("^validating$", LONG);
      process.awaitLine("event=committed .* step=3 ", LONG);
      assertThat(stop(process, 60)).as("%s", process.lines()).isEqualTo(status);
      assertThat(process.lines())
          .anyMatch(line -> line.endsWith("event=grace_over exit=" + status));
    }
    assertThat(resumedAt()).isEqualTo(3);
  }

  @Test
  void aListenerThatTakesItsTimeDoesNotLengthenTheGrace() throws Exception {
    String settings = with(EVERY_STEP, ",\"checkpoint_grace\":\"1s\"");
    try (ForkedJvm process = training(settings, "listening", FOREVER)) {
      process.awaitLine("^listening$", LONG);
      process.awaitLine("event=committed .* step=3 ", LONG);
      assertThat(stop(process, 60)).as("%s", process.lines()).isEqualTo(143);
    }
    assertThat(resumedAt()).isEqualTo(3);
  }

  @Test
  void beforeTheFirstStepItIsSavedAfterThat() throws Exception {
    try (ForkedJvm process = training(with(SELDOM, ""), "opened", 3000)) {
      process.awaitLine("^opened$", LONG);
      assertThat(stop(process, 120)).as("%s", process.lines()).isZero();
      assertThat(lastStep(process)).isEqualTo(1);
    }
    assertThat(resumedAt()).isEqualTo(1);
  }

  @Test
  void askedTwiceItEndsOnce() throws Exception {
    try (ForkedJvm process = training(with(SELDOM, ""), "validating", 3000)) {
      process.awaitLine("^validating$", LONG);
      process.terminate();
      process.awaitLine("event=stop_requested", LONG);
      assertThat(stop(process, 120)).as("%s", process.lines()).isZero();
      assertThat(process.lines())
          .filteredOn(line -> line.contains("event=stop_requested"))
          .hasSize(1);
      assertThat(process.lines()).filteredOn(line -> line.contains("event=captured")).hasSize(1);
    }
    assertThat(resumedAt()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void askedAgainWhileTheLastSnapshotIsWrittenItIsWritten() throws Exception {
    try (ForkedJvm process = training(with(EVERY_STEP, ""), "writing", 1500)) {
      process.awaitLine("^writing$", LONG);
      process.terminate();
      process.awaitLine("event=captured .* step=3 ", LONG);
      assertThat(stop(process, 120)).as("%s", process.lines()).isZero();
      assertThat(resumedAt()).isEqualTo(lastStep(process)).isEqualTo(3);
    }
  }

  @Test
  void askedAgainAfterItsLastSnapshotItEndsByItselfAndTrainsNothingElse() throws Exception {
    try (ForkedJvm process = training(with(SELDOM, ""), "closed", 2000)) {
      process.awaitLine("^step 1$", LONG);
      process.terminate();
      process.awaitLine("^closed$", LONG);
      assertThat(stop(process, 120)).as("%s", process.lines()).isZero();
      assertThat(process.lines())
          .endsWith("step 1", "stopping")
          .anyMatch(line -> line.contains("event=captured run=second step=1 "));
    }
  }

  @Test
  void aShellThatSwallowsTheSignalIsSaid() throws Exception {
    assertThat(inContainer("%s; true"))
        .contains("event=warning run=training text=\"The first process of this container is ")
        .contains("a shell does not pass SIGTERM on, so no last snapshot is taken")
        .contains("an ENTRYPOINT in exec form, ['java', ...], or 'exec java ...'");
    assertThat(inContainer("exec %s")).contains("event=opened").doesNotContain("event=warning");
  }

  /** The output of a training that a shell starts, which is the first process it can see. */
  private String inContainer(String form) throws Exception {
    String java =
        "\"$0\" -cp \"$1\" -Dorg.slf4j.simpleLogger.log.io.cairn=info"
            + " io.cairn.LogisticRegression \"$2\" 3 \"$2/result\" 0";
    return run(
        List.of(
            "unshare",
            "--fork",
            "--pid",
            "--mount-proc",
            "sh",
            "-c",
            form.formatted(java),
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            System.getProperty("java.class.path"),
            base.toString()));
  }

  private static String run(List<String> command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort("No such program here: " + e.getMessage());
      throw e;
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    Assumptions.assumeTrue(status == 0, () -> "Cannot make a container here: " + output);
    return output;
  }
}
