// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.testkit.CommandLineRun;
import io.cairn.testkit.ForkedJvm;
import io.cairn.testkit.Repro;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Real processes, really killed: what they end with has the bits of a training left alone. */
class Dl4jKilledTest {

  /** How often processes are killed at random, all trainings together. */
  private static final int KILLS = Integer.getInteger("cairn.test.kills", 20);

  private static final int TRAININGS = 4;

  /** So long does a step take that a signal hits the one it is meant for, or the next. */
  private static final int SLOW = 25;

  /** So long does a step take that a signal comes before the epoch ends, under load, too. */
  private static final int LEISURELY = 200;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"fit, dropout", "loop, tbptt", "fit, batch-norm", "loop, graph"})
  void goesOnWithTheSameBitsWhereverItIsKilled(String how, String name) throws Exception {
    Random random = Repro.random(how + name);
    int kills = Math.max(1, KILLS / TRAININGS);
    int round = 0;
    while (kills > 0) {
      Path base = folder.resolve("round" + round++);
      int planned = Math.min(kills, 5);
      int done = killAtRandom(how, name, base, planned, random);
      kills -= done;
      assertEndsAsPlain(how, name, base);
    }
  }

  /** Kills until the training was killed as often as planned, or is complete. */
  private int killAtRandom(String how, String name, Path base, int planned, Random random)
      throws Exception {
    int steps = name.equals("tbptt") ? 48 : 12;
    for (int kill = 0; kill < planned; kill++) {
      int step = 1 + random.nextInt(steps);
      int delay = random.nextInt(SLOW);
      try (ForkedJvm jvm = Scripts.start(how, name, base, name.equals("tbptt") ? 8 : SLOW)) {
        jvm.awaitLine("^(trained " + step + "$|bits )", Scripts.LONG);
        Thread.sleep(delay);
        jvm.kill();
        if (jvm.lines().stream().anyMatch(line -> line.startsWith("bits "))) {
          return kill;
        }
      }
    }
    return planned;
  }

  @ParameterizedTest
  @CsvSource({
    "fit, dropout, ^epoch 2$",
    "loop, dropout, ^epoch 1$",
    "fit, graph, ^evaluating 2$",
    "loop, standardized, ^evaluating 3$",
    "fit, order-by-nd4j, ^trained 24$",
    "loop, seekable-data, ^trained 17$",
  })
  void goesOnWithTheSameBitsFromTheseMoments(String how, String name, String line)
      throws Exception {
    killAt(how, name, line);
    assertEndsAsPlain(how, name, folder);
  }

  @Test
  void beginsAnewWhenKilledBeforeTheFirstSnapshot() throws Exception {
    killAt("fit", "dropout", "^trained 1$");
    assertThat(folder.resolve("checkpoints"))
        .satisfiesAnyOf(
            checkpoints -> assertThat(checkpoints).doesNotExist(),
            checkpoints -> assertThat(checkpoints).isEmptyDirectory());
    assertThat(assertEndsAsPlain("fit", "dropout", folder)).contains("trained 40");
  }

  @Test
  void mayBeKilledTwiceInARowAndGoOnInAnotherKindOfLoop() throws Exception {
    killAt("loop", "dropout", "^trained 12$");
    killAt("fit", "dropout", "^trained 2$");
    assertThat(assertEndsAsPlain("loop", "dropout", folder)).doesNotContain("trained 35");
  }

  /** No uninterrupted training is like it; what was saved is what it goes on with. */
  @Test
  void aScriptWithoutASeedGoesOnFromWhatItSaved() throws Exception {
    killAt("fit", Trainings.UNSEEDED, "^trained 14$");
    MultiLayerNetwork saved = exported();
    Trainings.Training training = Trainings.of(Trainings.UNSEEDED);
    MultiLayerNetwork network = (MultiLayerNetwork) training.network();
    assertThat(floats(network.params())).isNotEqualTo(floats(saved.params()));

    CheckpointerBuilder settings = Checkpointer.builder().baseFolder(folder);
    try (var checkpoints = Dl4jCheckpointListener.attachTo(network, settings)) {
      checkpoints.resume(training.data());
    }
    assertThat(floats(network.params())).isEqualTo(floats(saved.params()));
    assertThat(floats(network.updaterState())).isEqualTo(floats(saved.updaterState()));
    assertThat(network.getIterationCount()).isEqualTo(saved.getIterationCount()).isPositive();

    List<String> resumed = Scripts.run("fit", Trainings.UNSEEDED, folder, 0);
    assertThat(resumed)
        .contains("trained " + (40 - saved.getIterationCount()))
        .doesNotContain("trained " + (41 - saved.getIterationCount()))
        .anyMatch(line -> line.startsWith("reached at step 40"));
  }

  /** The newest snapshot, as DL4J reads it. */
  private MultiLayerNetwork exported() throws Exception {
    File file = folder.resolve("exported.zip").toFile();
    CommandLineRun run =
        CommandLineRun.of(
            "export", folder.resolve("checkpoints"), "--format", "dl4j", "--output", file);
    assertThat(run.status()).as(run.output()).isZero();
    return ModelSerializer.restoreMultiLayerNetwork(file, true);
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @ParameterizedTest
  @CsvSource({"fit", "loop"})
  void savesAtOnceAndExitsInPeaceWhenAskedTo(String how) throws Exception {
    try (ForkedJvm jvm = Scripts.start(how, "dropout", folder, LEISURELY)) {
      jvm.awaitLine("^trained 14$", Scripts.LONG);
      jvm.terminate();
      assertThat(jvm.waitFor(Scripts.LONG)).isZero();
      String reached = jvm.awaitLine("^reached at ", Scripts.LONG);
      assertThat(reached).contains("(epoch 1, batch ");
      long step = Long.parseLong(reached.replaceAll(".*at step ([0-9]+) .*", "$1"));
      assertThat(newestSnapshot()).contains("step-%012d".formatted(step));
    }
    assertEndsAsPlain(how, "dropout", folder);
  }

  @ParameterizedTest
  @CsvSource({"fit", "loop"})
  void aTrainingThatIsCompleteIsNotTrainedFurther(String how) throws Exception {
    assertEndsAsPlain(how, "sgd", folder);
    List<String> again = assertEndsAsPlain(how, "sgd", folder);
    assertThat(again).noneMatch(line -> line.startsWith("trained"));
    assertThat(again)
        .anyMatch(
            line ->
                line.contains("WARN")
                    && line.endsWith(
                        "Nothing to train: 4 of 4 epochs are complete in the snapshots of this run."
                            + " To train again, use another run name (checkpoint_run, or"
                            + " Checkpointer.builder().run) or move the snapshots away."));
  }

  static Stream<Path> otherJavas() {
    return ForkedJvm.javaHomes().stream();
  }

  @ParameterizedTest
  @MethodSource("otherJavas")
  void goesOnUnderAnyJava(Path home) throws Exception {
    killAt("fit", "dropout", "^trained 11$");
    try (ForkedJvm jvm =
        Scripts.jvm(TrainingScript.class)
            .javaHome(home)
            .arguments("fit", "dropout", folder, 0)
            .start()) {
      assertThat(jvm.waitFor(Scripts.LONG)).isZero();
      assertThat(Scripts.bits(jvm.lines())).containsEntry("dropout", plain("dropout"));
    }
  }

  private void killAt(String how, String name, String line) throws Exception {
    try (ForkedJvm jvm = Scripts.start(how, name, folder, SLOW, line)) {
      jvm.awaitLine(line, Scripts.LONG);
      jvm.kill();
      assertThat(Scripts.bits(jvm.lines())).isEmpty();
    }
  }

  private List<String> assertEndsAsPlain(String how, String name, Path base) throws Exception {
    List<String> lines = Scripts.run(how, name, base, 0);
    assertThat(Scripts.bits(lines)).containsEntry(name, plain(name));
    return lines;
  }

  private String plain(String name) throws Exception {
    return Scripts.plainBits(folder).get(name);
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
}
