// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Progress;
import io.cairn.testkit.ForkedJvm;
import io.cairn.testkit.Repro;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real processes, really killed. */
class KilledTrainingTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int KILLS = 20;

  @TempDir Path base;

  @BeforeEach
  void container() throws IOException {
    Files.createDirectories(base.resolve("input/config"));
    Files.createDirectories(base.resolve("output"));
  }

  private void hyperparameters(String json) throws IOException {
    Files.writeString(base.resolve("input/config/hyperparameters.json"), json);
  }

  private ForkedJvm.Builder training(int steps, int pause) {
    return ForkedJvm.running(LogisticRegression.class)
        .arguments(base, steps, result(), pause)
        .property("org.slf4j.simpleLogger.log.io.cairn", "info")
        .jvmArgument("-Xmx64m")
        .jvmArgument("-XX:TieredStopAtLevel=1")
        .jvmArgument("-Xshare:auto");
  }

  private Path result() {
    return base.resolve("result.txt");
  }

  private static String trained(long steps) {
    LogisticRegression training = new LogisticRegression();
    for (long i = 0; i < steps; i++) {
      training.train();
    }
    return training.toString();
  }

  static Stream<Path> javaHomes() {
    return ForkedJvm.javaHomes().stream();
  }

  @Test
  void aTrainingKilledAgainAndAgainEndsWithTheBitsOfAnUninterruptedOne() throws Exception {
    hyperparameters("{\"checkpoint_every_steps\":\"2\",\"checkpoint_keep_last\":\"2\"}");
    Random random = Repro.random("kills");
    long resumedAt = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      try (ForkedJvm process = training(100_000, 3).start()) {
        String restored = process.awaitLine("event=restored", LONG);
        long at = stepIn(restored);
        assertThat(at).as("goes on, never back").isGreaterThanOrEqualTo(resumedAt);
        resumedAt = at;
        if (kill % 2 == 0) {
          process.awaitLine("event=committed", LONG); // so that all get somewhere, however slow
        }
        Thread.sleep(random.nextInt(60));
        process.kill();
      }
    }
    int steps = (int) newestStep() + 50; // however far a slow machine let them get
    try (ForkedJvm process = training(steps, 0).start()) {
      assertThat(process.waitFor(LONG)).as("%s", process.lines()).isZero();
    }
    assertThat(result()).hasContent(trained(steps));
    assertThat(temporaryFiles()).as("what the killed ones left was removed").isEmpty();
  }

  private static long stepIn(String line) {
    Matcher from = Pattern.compile(" from=(\\d+)/").matcher(line);
    return from.find() ? Long.parseLong(from.group(1)) : 0;
  }

  private long newestStep() throws IOException {
    return files().stream()
        .map(name -> Pattern.compile("step-(\\d{12})\\.").matcher(name))
        .filter(Matcher::find)
        .mapToLong(step -> Long.parseLong(step.group(1)))
        .max()
        .orElseThrow();
  }

  private List<String> temporaryFiles() throws IOException {
    return files().stream().filter(name -> name.endsWith(".sagemaker-ignore")).toList();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(base.resolve("checkpoints"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("javaHomes")
  void sigtermEndsWithZeroAndASnapshotOfTheLastStep(Path home) throws Exception {
    hyperparameters("{\"checkpoint_every_steps\":\"1000\"}");
    long stoppedAt;
    try (ForkedJvm process = training(100_000, 5).javaHome(home).start()) {
      process.awaitLine("^step 20$", LONG);
      process.terminate();
      assertThat(process.waitFor(LONG)).as("%s", process.lines()).isZero();
      process.awaitLine("^stopping$", LONG);
      stoppedAt =
          process.lines().stream()
              .filter(line -> line.matches("step \\d+"))
              .map(line -> Long.parseLong(line.substring(5)))
              .max(Comparator.naturalOrder())
              .orElseThrow();
    }
    assertThat(files())
        .hasSize(2)
        .allMatch(name -> name.contains("step-%012d".formatted(stoppedAt)));
    LogisticRegression resumed = new LogisticRegression();
    try (Checkpointer checkpointer = Checkpointer.builder().baseFolder(base).open(resumed)) {
      assertThat(checkpointer.resumedAt()).isEqualTo(Progress.ofStep(stoppedAt));
    }
    assertThat(resumed).hasToString(trained(stoppedAt));

    try (ForkedJvm process = training((int) stoppedAt + 30, 0).javaHome(home).start()) {
      assertThat(process.waitFor(LONG)).isZero();
      assertThat(process.lines()).contains("step " + (stoppedAt + 1)).doesNotContain("step 1");
    }
    assertThat(result()).hasContent(trained(stoppedAt + 30));
  }

  @Test
  void sigtermInAStepLongerThanTheGraceEndsWith143AndWhatWasStagedIsDurable() throws Exception {
    hyperparameters("{\"checkpoint_every_steps\":\"1\",\"checkpoint_grace\":\"3s\"}");
    try (ForkedJvm process = training(100, 600_000).start()) {
      process.awaitLine("^step 1$", LONG);
      process.terminate();
      assertThat(process.waitFor(LONG)).isEqualTo(143);
      assertThat(process.lines())
          .doesNotContain("stopping")
          .anyMatch(l -> l.contains("grace_over"));
    }
    LogisticRegression resumed = new LogisticRegression();
    try (Checkpointer checkpointer = Checkpointer.builder().baseFolder(base).open(resumed)) {
      assertThat(checkpointer.resumedAt().step()).isEqualTo(1);
    }
    assertThat(resumed).hasToString(trained(1));
  }

  @ParameterizedTest
  @MethodSource("javaHomes")
  void aTrainingKilledUnderOneJavaGoesOnUnderEach(Path home) throws Exception {
    hyperparameters("{\"checkpoint_every_steps\":\"2\",\"checkpoint_compression\":\"fast\"}");
    try (ForkedJvm process = training(100_000, 30).start()) {
      process.awaitLine("^step 30$", LONG);
      process.kill(); // a second and a half later would be too late
    }
    try (ForkedJvm process = training(80, 0).javaHome(home).start()) {
      assertThat(process.waitFor(LONG)).as("%s", process.lines()).isZero();
    }
    assertThat(result()).hasContent(trained(80));
  }
}
