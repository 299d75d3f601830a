// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.Trainer;
import ai.djl.training.listener.EarlyStoppingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import io.cairn.CheckpointEvents;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.Goal;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DjlTrainingTest {
  @TempDir Path folder;

  @BeforeEach
  void seed() {
    Training.seed(7);
  }

  /** Fails in the middle of a step, as a bug or a full memory does. */
  private static final class FailAt extends TrainingListenerAdapter {
    private int left;

    FailAt(int batches) {
      left = batches;
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
      if (--left == 0) {
        throw new IllegalStateException("out of luck");
      }
    }
  }

  /** Cannot be saved. */
  private static final class Unsavable extends TrainingListenerAdapter implements Checkpointed {
    @Override
    public void capture(SectionSink sink) {
      throw new IllegalStateException("nothing to show");
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards) {}
  }

  /** Reads a file of its own while training, and cannot. */
  private static final class Unreadable extends TrainingListenerAdapter {
    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
      throw new UncheckedIOException(new IOException("no such file"));
    }
  }

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .whenBusy(WhenBusy.WAIT)
        .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(4), SavePolicy.atEnd()));
  }

  private Progress fit(Training training, int epochs) throws Exception {
    return DjlTraining.fit(
        training.trainer, epochs, training.data, training.validation, settings());
  }

  private void failAt(int batch) {
    try (Training training = Training.with("adam").listener(new FailAt(batch)).start()) {
      assertThatThrownBy(() -> fit(training, 3)).hasMessage("out of luck");
    }
  }

  @Test
  void aTrainingThatFailedGoesOnWhenStartedAgain() throws Exception {
    failAt(19);
    try (Training training = Training.with("adam").start()) {
      assertThat(fit(training, 3)).isEqualTo(new Progress(30, 3, 0));
      assertThat(training.trainer.getTrainingResult().getEpoch()).isEqualTo(3);
    }
  }

  /** As a hinge loss that has reached zero: there is nothing more to learn. */
  private static final class Learned extends Loss {
    Learned() {
      super("learned");
    }

    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
      return predictions.head().sum().mul(0);
    }
  }

  /** DJL asks in a trainer's first step only. */
  @Test
  void aResumedTrainingMayGoOnWithGradientsOfZero() throws Exception {
    failAt(19);
    try (Training training = Training.with("adam").loss(new Learned()).start()) {
      assertThat(fit(training, 3)).isEqualTo(new Progress(30, 3, 0));
    }
  }

  @Test
  void aNewTrainingMayNotBeginWithThem() {
    try (Training training = Training.with("adam").loss(new Learned()).start()) {
      assertThatThrownBy(() -> fit(training, 3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("Gradient values are all zeros");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, Training.BATCHES_PER_EPOCH})
  void savesThatFailForTooLongEndTheTrainingAsPromised(int steps) {
    CheckpointerBuilder strict =
        settings().savePolicy(SavePolicy.everySteps(steps)).failurePolicy(FailurePolicy.strict());
    try (Training training = Training.with("adam").listener(new Unsavable()).start()) {
      assertThatThrownBy(
              () ->
                  DjlTraining.fit(training.trainer, 2, training.data, training.validation, strict))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("Training stops: 1 snapshot could not be saved")
          .hasRootCauseMessage("nothing to show");
    }
  }

  @Test
  void anErrorOfAUsersOwnFilesPassesAsItIs() {
    try (Training training = Training.with("adam").listener(new Unreadable()).start()) {
      assertThatThrownBy(() -> fit(training, 1))
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("no such file");
    }
  }

  @Test
  void aCompleteTrainingCanBeExtended() throws Exception {
    try (Training training = Training.with("adam").start()) {
      fit(training, 1);
    }
    try (Training training = Training.with("adam").start()) {
      assertThat(fit(training, 2)).isEqualTo(new Progress(20, 2, 0));
    }
  }

  /** As folds of a cross-validation do, in one process. */
  @Test
  void aSecondTrainingNeedsANameOfItsOwn() throws Exception {
    for (String fold : List.of("fold-0", "fold-1")) {
      try (Training training = Training.with("adam").start()) {
        CheckpointerBuilder settings = settings().run(fold);
        DjlTraining.fit(training.trainer, 1, training.data, training.validation, settings);
        assertThat(training.trainer.getTrainingResult().getEpoch()).isEqualTo(1);
      }
    }
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      assertThat(files.map(file -> file.getFileName().toString().replaceAll("\\..*", "")))
          .contains("fold-0", "fold-1");
    }
  }

  @Test
  void theRunIsNamedAfterTheModel() throws Exception {
    List<String> opened = new ArrayList<>();
    CheckpointEvents events =
        new CheckpointEvents() {
          @Override
          public void opened(Opened opening) {
            opened.add(opening.run().value());
          }
        };
    CheckpointerBuilder settings = settings().events(events);
    try (Training training = Training.with("sgd").start()) {
      DjlTraining.fit(training.trainer, 1, training.data, training.validation, settings);
      settings.folder(folder.resolve("other")).open(training.state).close();
    }
    assertThat(opened).as("settings are not changed by fit").containsExactly("mlp", "training");
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      assertThat(files).allMatch(file -> file.getFileName().toString().startsWith("mlp.step-"));
    }
  }

  /** The state is one epoch short of the end, so each start ends alike. */
  @Test
  void earlyStoppingTrainsItsLastEpochAgainInEachStart() throws Exception {
    MemorySnapshot first = stopsEarly();
    assertThat(newestSnapshot()).startsWith("mlp.step-000000000010.");
    MemorySnapshot second = stopsEarly();
    assertThat(second.differences(first, "model")).isEmpty();
    assertThat(second.differences(first, "optimizer")).isEmpty();
    assertThat(newestSnapshot()).startsWith("mlp.step-000000000010.");
  }

  /** No epoch is so much better than the one before, so the second one is the last. */
  private MemorySnapshot stopsEarly() {
    CheckpointerBuilder everyEpoch = settings().savePolicy(SavePolicy.everyEpochs(1));
    EarlyStoppingListener stopping =
        EarlyStoppingListener.builder().optEarlyStopPctImprovement(200).optEpochPatience(1).build();
    try (Training training = Training.with("adam").listener(stopping).start()) {
      assertThatThrownBy(
              () ->
                  DjlTraining.fit(
                      training.trainer, 9, training.data, training.validation, everyEpoch))
          .isInstanceOf(EarlyStoppingListener.EarlyStoppedException.class);
      assertThat(training.trainer.getTrainingResult().getEpoch()).isEqualTo(2);
      return training.snapshot();
    }
  }

  private String newestSnapshot() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      return files
          .map(file -> file.getFileName().toString())
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  @Test
  void theEpochsResultsCanDecideWhatIsSaved() throws Exception {
    CheckpointerBuilder best =
        settings().savePolicy(SavePolicy.onImprovement("validate_loss", Goal.MIN));
    try (Training training = Training.with("adam").start()) {
      DjlTraining.fit(training.trainer, 1, training.data, training.validation, best);
    }
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      assertThat(files)
          .filteredOn(file -> file.toString().endsWith(".json"))
          .singleElement()
          .satisfies(manifest -> assertThat(manifest).content().contains("\"validate_Accuracy\""));
    }
  }

  @Test
  void anotherOptimizerAModelAndDataAreRefusedTogetherWithADiff() {
    failAt(10);
    try (Training training = Training.with("momentum").hidden(34).rows(299).start()) {
      assertThatThrownBy(() -> fit(training, 3))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining(
              "optimizer: snapshot has 'ai.djl.training.optimizer.Adam', this training has"
                  + " 'ai.djl.training.optimizer.Sgd'")
          .hasMessageContaining("01Linear_weight")
          .hasMessageContaining("training data: snapshot has 300 rows, this training has 299");
    }
  }

  @Test
  void anotherSeedIsRefused() {
    failAt(10);
    Training.seed(8);
    try (Training training = Training.with("adam").start()) {
      assertThatThrownBy(() -> fit(training, 3))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining("seed: snapshot has '7', this training has '8'");
    }
  }

  @Test
  void anotherBatchSizeIsNoticedBeforeTheFirstStep() {
    failAt(19);
    try (Training training = Training.with("adam").batch(30).start()) {
      assertThatThrownBy(() -> fit(training, 3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "Cannot resume at step 16 (epoch 1, batch 6): that was 192 rows into the training data"
                  + " when the snapshot was taken, but is 180 rows now. Train with the same batch"
                  + " size and data, or start another run under another name.");
    }
  }
}
