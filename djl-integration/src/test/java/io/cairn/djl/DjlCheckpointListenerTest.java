// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.nn.Block;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.EpochTrainingListener;
import io.cairn.Checkpointer;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DjlCheckpointListenerTest {
  @TempDir Path folder;
  private DjlCheckpointListener checkpoints;
  private String optimizer = "adam";

  @BeforeEach
  void open() {
    Training.seed(7);
    checkpoints = listener();
  }

  private DjlCheckpointListener listener() {
    return new DjlCheckpointListener(
        Checkpointer.builder()
            .baseFolder(folder)
            .whenBusy(WhenBusy.WAIT)
            .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(4), SavePolicy.everyEpochs(1))));
  }

  private Training training() {
    return Training.with(optimizer).listener(checkpoints).start();
  }

  @Test
  void aLoopOfOnesOwnGoesOnWhereItWas() throws Exception {
    try (Training training = training()) {
      assertThat(checkpoints.remainingEpochs(3)).isEqualTo(3);
      trainSome(training, 17);
    }
    checkpoints = listener();
    try (Training training = training()) {
      assertThat(checkpoints.remainingEpochs(3)).isEqualTo(2);
      assertThat(trainSome(training, Integer.MAX_VALUE)).isEqualTo(14);
      assertThat(checkpoints.remainingEpochs(3)).isEqualTo(2);
      assertThat(differencesToStock(training.snapshot())).isEmpty();
    }
  }

  @Test
  void theDataMayBeAskedForBeforeTheEpochs() throws Exception {
    try (Training training = training()) {
      trainSome(training, 17);
    }
    checkpoints = listener();
    try (Training training = training()) {
      assertThat(trainSome(training, Integer.MAX_VALUE)).isEqualTo(14);
      assertThat(differencesToStock(training.snapshot())).isEmpty();
    }
  }

  /** A loop as a user may have it; leaves in the middle of things. */
  private int trainSome(Training training, int batches) throws Exception {
    Trainer trainer = training.trainer;
    Dataset data = checkpoints.resume(training.data);
    int trained = 0;
    for (int epoch = checkpoints.remainingEpochs(3); epoch > 0; epoch--) {
      for (Batch batch : trainer.iterateDataset(data)) {
        if (trained == batches) {
          return trained;
        }
        EasyTrain.trainBatch(trainer, batch);
        trainer.step();
        batch.close();
        trained++;
      }
      EasyTrain.evaluateDataset(trainer, training.validation);
      trainer.notifyListeners(listener -> listener.onEpoch(trainer));
    }
    return trained;
  }

  /** A loop that leaves the epoch has trained the batch in its hand. */
  @Test
  void anEpochThatIsLeftHoldsItsLastStep() throws Exception {
    MemorySnapshot left;
    try (Training training = training()) {
      assertThat(checkpoints.remainingEpochs(3)).isEqualTo(3);
      trainFirstBatches(training, 5);
      left = training.snapshot();
    }
    assertThat(folder.resolve("checkpoints").toFile().list())
        .contains("mlp.step-000000000005.attempt-001.part-00000-of-00001.safetensors");
    checkpoints = listener();
    try (Training training = training()) {
      assertThat(checkpoints.remainingEpochs(3)).isEqualTo(2);
      assertThat(Stream.of("model", "optimizer", "listeners"))
          .allSatisfy(
              section -> assertThat(training.snapshot().differences(left, section)).isEmpty());
    }
  }

  private void trainFirstBatches(Training training, int batches) throws Exception {
    Trainer trainer = training.trainer;
    int trained = 0;
    for (Batch batch : trainer.iterateDataset(checkpoints.resume(training.data))) {
      EasyTrain.trainBatch(trainer, batch);
      trainer.step();
      batch.close();
      if (++trained == batches) {
        break;
      }
    }
    trainer.notifyListeners(listener -> listener.onEpoch(trainer));
  }

  private static Stream<String> differencesToStock(MemorySnapshot actual) {
    Training.seed(7);
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, 3, Long.MAX_VALUE);
      MemorySnapshot expected = training.snapshot();
      return Stream.of("model", "optimizer", "listeners")
          .flatMap(section -> actual.differences(expected, section).stream());
    }
  }

  @Test
  void theSameDataMayBeUsedForValidation() throws Exception {
    try (Training training = training()) {
      EasyTrain.fit(
          training.trainer,
          checkpoints.remainingEpochs(1),
          checkpoints.resume(training.data),
          training.data);
      assertThat(training.trainer.getTrainingResult().getValidateLoss()).isFinite();
    }
  }

  @Test
  void mustBelongToATrainer() {
    assertThatThrownBy(() -> checkpoints.remainingEpochs(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The checkpoint listener belongs to no trainer. Add it to the training configuration,"
                + " before model.newTrainer(config).");
  }

  @Test
  void dataOfAnotherSizeIsRefusedBeforeTheFirstStep() throws Exception {
    try (Training training = training()) {
      checkpoints.remainingEpochs(3);
      trainFirstBatches(training, 5);
    }
    checkpoints = listener();
    try (Training training = Training.with("adam").rows(299).listener(checkpoints).start()) {
      checkpoints.remainingEpochs(3);
      assertThatThrownBy(() -> checkpoints.resume(training.data))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining("training data: snapshot has 300 rows, this training has 299");
    }
  }

  @Test
  void mustBeTheLastListener() {
    try (Training training =
        Training.with("adam").listener(checkpoints).listener(new EpochTrainingListener()).start()) {
      assertThat(training.trainer).isNotNull();
      assertThatThrownBy(() -> checkpoints.remainingEpochs(3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "The checkpoint listener must be the last one, but"
                  + " ai.djl.training.listener.EpochTrainingListener comes after it. Add it after"
                  + " all others.");
    }
  }

  @Test
  void aTrainingThatWouldNotBeSavedIsRefused() throws Exception {
    try (Training training = training()) {
      int epochs = checkpoints.remainingEpochs(3);
      assertThatThrownBy(
              () -> EasyTrain.fit(training.trainer, epochs, training.data, training.validation))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "This training has a checkpoint listener but would not be saved: the batch did not"
                  + " come from checkpoints.resume(training).");
    }
  }

  @Test
  void anEpochThatNobodyEndedIsSaid() throws Exception {
    try (Training training = training()) {
      checkpoints.remainingEpochs(3);
      Dataset data = checkpoints.resume(training.data);
      trainOneEpoch(training, data);
      assertThatThrownBy(() -> trainOneEpoch(training, data))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "The training data is read again at step 10 (epoch 0, batch 10), before the epoch has"
                  + " ended.");
    }
  }

  /** Labelled and unlabelled rows, say: a batch of each for one step. */
  @Test
  void twoDataSetsThatAreReadAtOnceAreRefused() throws Exception {
    try (Training training = training()) {
      checkpoints.remainingEpochs(3);
      var one = batches(training, training.data);
      var other = batches(training, training.validation);
      assertThat(one.hasNext()).isTrue();
      assertThat(other.hasNext()).isTrue();
      try (Batch batch = one.next()) {
        assertThat(batch.getSize()).isEqualTo(Training.BATCH);
        assertThatThrownBy(other::next)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "A second batch is read at step 0 (epoch 0, batch 0) beside one that is in training:"
                    + " two data sets, or one of them twice, are read at once from what"
                    + " checkpoints.resume returned, and each batch would count as a step. Make one"
                    + " data set whose batches hold what a step needs, and resume that one. To look"
                    + " at a batch only, take it from the data set itself.");
      }
    }
  }

  private Iterator<Batch> batches(Training training, Dataset data) throws Exception {
    return training.trainer.iterateDataset(checkpoints.resume(data)).iterator();
  }

  @Test
  void oneListenerIsOfOneTrainer() {
    try (Training first = training()) {
      assertThat(first.trainer).isNotNull();
      assertThatThrownBy(this::training)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("The checkpoint listener belongs to a trainer already");
    }
  }

  @Test
  void aLaterTrainerMayEvaluateAndNotTrain() throws Exception {
    try (Training training = training()) {
      trainOneEpoch(training, checkpoints.resume(training.data));
      endEpoch(training);
    }
    try (Training later = training()) {
      EasyTrain.evaluateDataset(later.trainer, later.validation);
      assertThatThrownBy(() -> checkpoints.remainingEpochs(3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("each training a new DjlCheckpointListener");
      assertThatThrownBy(() -> checkpoints.resume(later.data))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> trainOneEpoch(later, later.data))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** A loop that may be killed: trains the rest of a training, but not more than some batches. */
  private interface Loop {
    void train(Training training, int batches) throws Exception;
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Uninterrupted, and killed twice. */
  private void assertResumes(Loop loop) throws Exception {
    MemorySnapshot whole = trained(loop, "whole", Integer.MAX_VALUE);
    for (int batches : new int[] {7, 4}) {
      assertThatThrownBy(() -> trained(loop, "killed", batches)).isInstanceOf(Killed.class);
    }
    MemorySnapshot resumed = trained(loop, "killed", Integer.MAX_VALUE);
    assertThat(resumed.differences(whole, "model")).isEmpty();
    assertThat(resumed.differences(whole, "optimizer")).isEmpty();
  }

  private MemorySnapshot trained(Loop loop, String run, int batches) throws Exception {
    Training.seed(7);
    checkpoints =
        new DjlCheckpointListener(
            Checkpointer.builder()
                .baseFolder(folder)
                .run(run)
                .whenBusy(WhenBusy.WAIT)
                .savePolicy(SavePolicy.everySteps(1)));
    try (Training training = training()) {
      loop.train(training, batches);
      return training.snapshot();
    }
  }

  private int trainBatch(Training training, Batch batch, int left) throws Exception {
    if (left == 0) {
      throw new Killed();
    }
    EasyTrain.trainBatch(training.trainer, batch);
    training.trainer.step();
    batch.close();
    return left - 1;
  }

  private static void endEpoch(Training training) {
    training.trainer.notifyListeners(listener -> listener.onEpoch(training.trainer));
  }

  @Test
  void aLoopThatCountsItsBatchesNeedNotAskWhetherThereIsOne() throws Exception {
    assertResumes(
        (training, batches) -> {
          int left = batches;
          Dataset data = checkpoints.resume(training.data);
          for (int epoch = checkpoints.remainingEpochs(3); epoch > 0; epoch--) {
            Iterator<Batch> all = training.trainer.iterateDataset(data).iterator();
            for (long i = checkpoints.position().batch(); i < 4; i++) {
              left = trainBatch(training, all.next(), left);
            }
            endEpoch(training);
          }
        });
  }

  @Test
  void aLoopMayGoOnWithOtherData() throws Exception {
    assertResumes(
        (training, batches) -> {
          int left = batches;
          for (int epoch = 3 - checkpoints.remainingEpochs(3); epoch < 3; epoch++) {
            Dataset data = checkpoints.resume(epoch < 2 ? training.data : training.validation);
            for (Batch batch : training.trainer.iterateDataset(data)) {
              left = trainBatch(training, batch, left);
            }
            endEpoch(training);
          }
        });
  }

  /** As the rows of an epoch, or their order. */
  @Test
  void whatALoopDrawsByThePositionIsTheSameInEachAttempt() throws Exception {
    List<String> drawn = new ArrayList<>();
    assertResumes(
        (training, batches) -> {
          int left = batches;
          for (int epoch = 3 - checkpoints.remainingEpochs(3); epoch < 3; epoch++) {
            drawn.add(epoch + ": " + new Random(checkpoints.position().epoch()).nextInt());
            Dataset data = checkpoints.resume(training.data);
            for (Batch batch : training.trainer.iterateDataset(data)) {
              left = trainBatch(training, batch, left);
            }
            endEpoch(training);
          }
        });
    assertThat(drawn).hasSizeGreaterThan(3);
    assertThat(Set.copyOf(drawn)).hasSize(3);
  }

  /** As in fine-tuning that frees one layer after the other. */
  @Test
  void layersThatWereFreedStayFree() throws Exception {
    optimizer = "sgd"; // DJL's Adam is not always the same with layers that are freed
    assertResumes(
        (training, batches) -> {
          int left = batches;
          Block first = training.trainer.getModel().getBlock().getChildren().get(0).getValue();
          first.freezeParameters(true);
          Dataset data = checkpoints.resume(training.data);
          for (int epoch = checkpoints.remainingEpochs(3); epoch > 0; epoch--) {
            for (Batch batch : training.trainer.iterateDataset(data)) {
              left = trainBatch(training, batch, left);
            }
            if (checkpoints.position().epoch() == 0) {
              first.freezeParameters(false);
            }
            endEpoch(training);
          }
        });
  }

  @Test
  void anotherBatchSizeIsSaid() throws Exception {
    try (Training training = training()) {
      trainOneEpoch(training, checkpoints.resume(training.data));
      endEpoch(training);
    }
    checkpoints = listener();
    try (Training training = Training.with("adam").batch(16).listener(checkpoints).start();
        LoggedWarnings logged = new LoggedWarnings()) {
      trainFirstBatches(training, 2);
      assertThat(logged.of(DataPosition.class))
          .hasLineCount(1)
          .contains("begins with a batch of 16 rows; when the snapshot was taken, an epoch began")
          .contains("with one of 32");
    }
  }

  @Test
  void twoDataSetsMayTakeTurns() throws Exception {
    try (Training training = training()) {
      checkpoints.remainingEpochs(3);
      trainFirstBatches(training, 1);
      trainOneEpoch(training, checkpoints.resume(training.validation));
      training.trainer.notifyListeners(listener -> listener.onEpoch(training.trainer));
      trainOneEpoch(training, checkpoints.resume(training.data));
      assertThat(training.trainer.getTrainingResult().getEpoch()).isEqualTo(2);
    }
  }

  private static void trainOneEpoch(Training training, Dataset data) throws Exception {
    for (Batch batch : training.trainer.iterateDataset(data)) {
      EasyTrain.trainBatch(training.trainer, batch);
      training.trainer.step();
      batch.close();
    }
  }
}
