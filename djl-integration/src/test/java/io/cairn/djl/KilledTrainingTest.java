// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Progress;
import io.cairn.testkit.ForkedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real processes, really killed: what they end with has the bits of a training left alone. */
class KilledTrainingTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  /** So long does a step take that a signal hits the one it is meant for, or the next. */
  private static final int SLOW = 30;

  private static final Map<String, MemorySnapshot> UNINTERRUPTED = new ConcurrentHashMap<>();

  @TempDir Path folder;
  private Path end;

  @BeforeEach
  void name() {
    end = folder.resolve("end");
  }

  @ParameterizedTest
  @CsvSource({
    "fit, adam, ^trained 17$",
    "fit, adamw, ^trained 24$",
    "fit, sgd, ^trained 13$",
    "fit, momentum, ^trained 31$",
    "stock, adam, ^trained 18$",
    "fit, adam, ^epoch 2$",
    "stock, momentum, ^epoch 1$",
    "fit, adam, ^validated 3$",
  })
  void goesOnWithTheSameBitsWhereverItIsKilled(String how, String optimizer, String kill)
      throws Exception {
    killAt(how, optimizer, kill);
    assertThat(runToTheEnd(how, optimizer).lines()).doesNotContain("trained 40");
    assertThat(differences(optimizer)).isEmpty();
  }

  @Test
  void beginsAnewWhenKilledBeforeTheFirstSnapshot() throws Exception {
    killAt("fit", "adam", "^trained 1$");
    assertThat(runToTheEnd("fit", "adam").lines()).contains("trained 40");
    assertThat(differences("adam")).isEmpty();
  }

  @Test
  void mayBeKilledTwiceInARowAndGoOnInAnotherKindOfLoop() throws Exception {
    killAt("stock", "adam", "^trained 12$");
    killAt("fit", "adam", "^trained 9$");
    ForkedJvm last = runToTheEnd("stock", "adam");
    assertThat(last.lines()).doesNotContain("trained 32");
    assertThat(differences("adam")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"fit", "stock"})
  void savesAtOnceAndExitsInPeaceWhenAskedTo(String how) throws Exception {
    try (ForkedJvm jvm = start(how, "adam", SLOW, Path.of(System.getProperty("java.home")))) {
      jvm.awaitLine("^trained 14$", LONG);
      jvm.terminate();
      assertThat(jvm.waitFor(LONG)).isZero();
      assertThat(jvm.awaitLine("^reached at ", LONG)).contains("(epoch 1, batch ");
      long saved =
          Long.parseLong(
              jvm.awaitLine("^reached at ", LONG).replaceAll(".*at step ([0-9]+) .*", "$1"));
      assertThat(newestSnapshot()).contains("step-%012d".formatted(saved));
    }
    runToTheEnd(how, "adam");
    assertThat(differences("adam")).isEmpty();
  }

  @Test
  void aTrainingThatIsCompleteIsNotTrainedFurther() throws Exception {
    runToTheEnd("fit", "sgd");
    ForkedJvm again = runToTheEnd("fit", "sgd");
    assertThat(again.lines()).noneMatch(line -> line.startsWith("trained"));
    assertThat(again.lines())
        .anyMatch(line -> line.contains("Nothing to train: 4 of 4 epochs are complete"));
    assertThat(differences("sgd")).isEmpty();
  }

  static Stream<Path> otherJavas() {
    return ForkedJvm.javaHomes().stream();
  }

  @ParameterizedTest
  @MethodSource("otherJavas")
  void goesOnUnderAnyJava(Path home) throws Exception {
    killAt("fit", "adam", "^trained 11$");
    try (ForkedJvm jvm = start("fit", "adam", 0, home)) {
      assertThat(jvm.waitFor(LONG)).isZero();
    }
    assertThat(differences("adam")).isEmpty();
  }

  private void killAt(String how, String optimizer, String line) throws Exception {
    try (ForkedJvm jvm = start(how, optimizer, SLOW, Path.of(System.getProperty("java.home")))) {
      jvm.awaitLine(line, LONG);
      jvm.kill();
    }
    assertThat(end).doesNotExist();
  }

  private ForkedJvm runToTheEnd(String how, String optimizer) throws Exception {
    try (ForkedJvm jvm = start(how, optimizer, 0, Path.of(System.getProperty("java.home")))) {
      assertThat(jvm.waitFor(LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return jvm;
    }
  }

  private ForkedJvm start(String how, String optimizer, int millis, Path home) throws Exception {
    ForkedJvm.Builder jvm =
        ForkedJvm.running(TrainingScript.class)
            .javaHome(home)
            .jvmArgument("-Xmx256m")
            .property("org.slf4j.simpleLogger.defaultLogLevel", "info")
            .arguments(how, optimizer, folder.toString(), end.toString(), "" + millis);
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("ai.djl.") || name.startsWith("DJL_") || name.startsWith("OPT_")) {
        jvm.property(name, System.getProperty(name));
      }
    }
    return jvm.start();
  }

  private String newestSnapshot() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .max(String::compareTo)
          .orElseThrow();
    }
  }

  private Stream<String> differences(String optimizer) throws Exception {
    MemorySnapshot actual = MemorySnapshot.load(end);
    MemorySnapshot expected = UNINTERRUPTED.computeIfAbsent(optimizer, this::uninterrupted);
    return Stream.of("model", "optimizer", "rng", "data", "listeners")
        .flatMap(section -> actual.differences(expected, section).stream());
  }

  /** Without any checkpoints at all. */
  private MemorySnapshot uninterrupted(String optimizer) {
    Training.seed(7);
    try (Training training = Training.with(optimizer).start()) {
      training.train(Progress.START, TrainingScript.EPOCHS, Long.MAX_VALUE);
      return training.snapshot();
    }
  }
}
