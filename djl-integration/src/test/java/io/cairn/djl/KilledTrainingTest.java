// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.cairn.model.Progress;
import io.cairn.testkit.ForkedJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Real processes, really killed: what they end with has the bits of a training left alone. */
class KilledTrainingTest {
  private static final Map<String, MemorySnapshot> UNINTERRUPTED = new ConcurrentHashMap<>();

  @TempDir Path folder;

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
    script(how, optimizer).killAt(kill);
    assertThat(script(how, optimizer).runToTheEnd()).doesNotContain("trained 40");
    assertThat(differences(optimizer)).isEmpty();
  }

  @Test
  void beginsAnewWhenKilledBeforeTheFirstSnapshot() throws Exception {
    script("fit", "adam").killAt("^trained 1$");
    assertThat(script("fit", "adam").runToTheEnd()).contains("trained 40");
    assertThat(differences("adam")).isEmpty();
  }

  @Test
  void mayBeKilledTwiceInARowAndGoOnInAnotherKindOfLoop() throws Exception {
    script("stock", "adam").killAt("^trained 12$");
    script("fit", "adam").killAt("^trained 9$");
    List<String> last = script("stock", "adam").runToTheEnd();
    assertThat(last).doesNotContain("trained 32");
    assertThat(differences("adam")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"fit", "stock"})
  void savesAtOnceAndExitsInPeaceWhenAskedTo(String how) throws Exception {
    try (ForkedJvm jvm = script(how, "adam").startSlowly()) {
      jvm.awaitLine("^trained 14$", Script.LONG);
      jvm.terminate();
      assertThat(jvm.waitFor(Script.LONG)).isZero();
      assertThat(jvm.awaitLine("^reached at ", Script.LONG)).contains("(epoch 1, batch ");
      long saved =
          Long.parseLong(
              jvm.awaitLine("^reached at ", Script.LONG).replaceAll(".*at step ([0-9]+) .*", "$1"));
      assertThat(script(how, "adam").snapshots())
          .last(STRING)
          .contains("step-%012d".formatted(saved));
    }
    script(how, "adam").runToTheEnd();
    assertThat(differences("adam")).isEmpty();
  }

  @Test
  void aTrainingThatIsCompleteIsNotTrainedFurther() throws Exception {
    script("fit", "sgd").runToTheEnd();
    List<String> again = script("fit", "sgd").runToTheEnd();
    assertThat(again).noneMatch(line -> line.startsWith("trained"));
    assertThat(again)
        .anyMatch(
            line ->
                line.contains("WARN")
                    && line.endsWith(
                        "Nothing to train: 4 of 4 epochs are complete in the snapshots of this run."
                            + " To train again, use another run name (checkpoint_run, or"
                            + " Checkpointer.builder().run) or move the snapshots away."));
    assertThat(differences("sgd")).isEmpty();
  }

  static Stream<Path> otherJavas() {
    return ForkedJvm.javaHomes().stream();
  }

  @ParameterizedTest
  @MethodSource("otherJavas")
  void goesOnUnderAnyJava(Path home) throws Exception {
    script("fit", "adam").killAt("^trained 11$");
    script("fit", "adam").runToTheEnd(home);
    assertThat(differences("adam")).isEmpty();
  }

  private Script script(String how, String optimizer) {
    return new Script(TrainingScript.class, folder, how, optimizer);
  }

  private Stream<String> differences(String optimizer) throws Exception {
    MemorySnapshot actual = MemorySnapshot.load(folder.resolve("end"));
    MemorySnapshot expected = UNINTERRUPTED.computeIfAbsent(optimizer, this::uninterrupted);
    return Stream.of("model", "optimizer", "rng", "listeners")
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
