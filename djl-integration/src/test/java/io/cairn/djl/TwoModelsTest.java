// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.training.Trainer;
import io.cairn.Checkpointer;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generator and discriminator, in one snapshot. */
class TwoModelsTest {
  @TempDir Path folder;

  @Test
  void bothGoOnFromTheSameStepWithTheSameBits() throws Exception {
    Script script = new Script(GanTraining.class, folder);
    script.killAt("^trained 1$");
    script.killAt("^trained 7$");
    script.killAt("^epoch 1$");
    script.killAt("^trained 5$");
    script.runToTheEnd();
    MemorySnapshot end = script.endState();
    assertThat(end.section("generator.optimizer").values()).containsEntry("updates", "24");
    assertThat(end.section("optimizer").values()).containsEntry("updates", "24");
    MemorySnapshot expected = GanTraining.uninterrupted();
    assertThat(end.sectionNames()).isEqualTo(expected.sectionNames());
    assertThat(
            Stream.of("model", "optimizer", "generator.model", "generator.optimizer", "rng", "data")
                .flatMap(section -> end.differences(expected, section).stream()))
        .isEmpty();
  }

  @Test
  void twoRunsInOneFolderDoNotDisturbEachOther() throws Exception {
    for (int epochs = 1; epochs <= 3; epochs++) {
      assertThat(train("adam", "one", epochs).epoch()).isEqualTo(epochs);
      assertThat(train("momentum", "other", epochs).epoch()).isEqualTo(epochs);
    }
    assertThat(new Script(getClass(), folder).snapshots())
        .hasSize(6)
        .filteredOn(name -> name.startsWith("one."))
        .hasSize(3);
  }

  private Progress train(String optimizer, String run, int epochs) throws Exception {
    Training.seed(7);
    try (Training training = Training.with(optimizer).start()) {
      return DjlTraining.fit(
          training.trainer,
          epochs,
          training.data,
          training.validation,
          Checkpointer.builder().baseFolder(folder).run(run).whenBusy(WhenBusy.WAIT));
    }
  }

  private DjlCheckpointListener checkpoints() {
    return new DjlCheckpointListener(Checkpointer.builder().baseFolder(folder).run("gan"));
  }

  @Test
  void aSnapshotOfBothIsNoneOfOne() throws Exception {
    new Script(GanTraining.class, folder).runToTheEnd();
    DjlCheckpointListener alone = checkpoints();
    try (GanTraining gan = new GanTraining(alone)) {
      assertThat(gan.discriminator).isNotNull();
      assertThatThrownBy(() -> alone.remainingEpochs(3))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining(
              "generator.optimizer: snapshot has 'ai.djl.training.optimizer.Adam', this training"
                  + " has nothing");
    }
  }

  @Test
  void bothMayGoOnWithGradientsOfZero() throws Exception {
    new Script(GanTraining.class, folder).runToTheEnd();
    DjlCheckpointListener checkpoints = checkpoints();
    try (GanTraining gan = new GanTraining(checkpoints)) {
      checkpoints.alsoSave("generator", gan.generator).remainingEpochs(4);
      assertThat(Stream.of(gan.discriminator, gan.generator))
          .allSatisfy(
              trainer ->
                  assertThat(
                          Internals.get(Trainer.class, "gradientsChecked", trainer, Boolean.class))
                      .isTrue());
    }
  }

  @Test
  void misuseIsSaid() throws Exception {
    DjlCheckpointListener checkpoints = checkpoints();
    try (GanTraining gan = new GanTraining(checkpoints)) {
      assertThatThrownBy(() -> checkpoints.alsoSave("the generator", gan.generator))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "A trainer's name must be 1 to 24 letters, digits, '-' or '_' and start with a letter or"
                  + " digit, but is 'the generator'");
      assertThatThrownBy(() -> checkpoints.alsoSave("discriminator", gan.discriminator))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Trainer 'discriminator', or its name, is part of this training already");
      checkpoints.remainingEpochs(3);
      assertThatThrownBy(() -> checkpoints.alsoSave("generator", gan.generator))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Trainer 'generator' comes too late: the training was resumed already. Call alsoSave"
                  + " before remainingEpochs.");
    }
  }
}
