// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.training.listener.EpochTrainingListener;
import io.cairn.model.CheckpointException;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
  private static final int EPOCHS = 3;
  private static final long TO_THE_END = Long.MAX_VALUE;

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 10, 11, 19, 20, 29})
  void resumesExactlyAfterAnyStep(long step) throws CheckpointException {
    MemorySnapshot whole = trainWhole();
    MemorySnapshot cut;
    Progress at;
    Training.seed(5);
    try (Training training = Training.with("adam").start()) {
      at = training.train(Progress.START, EPOCHS, step);
      cut = training.snapshot();
    }
    assertThat(at.step()).isEqualTo(step);

    Training.seed(6);
    try (Training training = Training.with("adam").start()) {
      cut.restore(training.state);
      assertSameState(training.snapshot(), cut);
      training.train(at, EPOCHS, TO_THE_END);
      assertSameState(training.snapshot(), whole);
    }
  }

  @Test
  void takingSnapshotsDoesNotChangeTheTraining() {
    MemorySnapshot whole = trainWhole();
    Training.seed(5);
    try (Training training = Training.with("adam").start()) {
      Progress now = Progress.START;
      while (now.epoch() < EPOCHS) {
        now = training.train(now, EPOCHS, now.step() + 1);
        assertThat(training.snapshot().sectionNames()).contains("model", "optimizer");
      }
      assertSameState(training.snapshot(), whole);
    }
  }

  /** Shows that the comparison can fail. */
  @Test
  void withoutTheOptimizersStateTheEndDiffers() throws CheckpointException {
    MemorySnapshot whole = trainWhole();
    MemorySnapshot cut;
    Training.seed(5);
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, EPOCHS, 17);
      cut = training.snapshot();
    }
    cut.section("optimizer").clear();
    cut.section("optimizer").value("updates", "0");

    try (Training training = Training.with("adam").start()) {
      cut.restore(training.state);
      training.train(new Progress(17, 1, 7), EPOCHS, TO_THE_END);
      assertThat(training.snapshot().differences(whole, "model")).isNotEmpty();
    }
  }

  @Test
  void theSnapshotHoldsNamesThatDoNotDependOnTheProcess() {
    Training.seed(5);
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, EPOCHS, 3);
      MemorySnapshot snapshot = training.snapshot();
      assertThat(snapshot.section("model").tensorNames())
          .containsExactly(
              "01Linear_bias",
              "01Linear_weight",
              "02BatchNorm_beta",
              "02BatchNorm_gamma",
              "02BatchNorm_runningMean",
              "02BatchNorm_runningVar",
              "05Linear_bias",
              "05Linear_weight");
      assertThat(snapshot.section("optimizer").tensorNames())
          .hasSize(12)
          .contains("means/01Linear_weight", "variances/02BatchNorm_gamma");
      assertThat(snapshot.section("optimizer").values())
          .hasSize(7)
          .containsEntry("updates", "3")
          .containsEntry("updates/05Linear_bias", "3");
      assertThat(snapshot.section("rng").values()).containsEntry("seed", "5");
    }
  }

  @Test
  void aChangedModelIsRefusedWithADiffAndChangesNothing() {
    MemorySnapshot saved;
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, 1, 2);
      saved = training.snapshot();
    }
    try (Training training = Training.with("adam").hidden(34).start()) {
      MemorySnapshot before = training.snapshot();

      assertThatThrownBy(() -> saved.restore(training.state))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining(
              "01Linear_weight: snapshot has F32 [33, 20], this training has F32 [34, 20]")
          .hasMessageContaining(
              "means/01Linear_weight: snapshot has F32 [33, 20], this training has F32 [34, 20]");

      assertSameState(training.snapshot(), before);
      training.train(Progress.START, 1, 2);
    }
  }

  @Test
  void anotherOptimizerIsRefused() {
    MemorySnapshot saved;
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, 1, 2);
      saved = training.snapshot();
    }
    try (Training training = Training.with("momentum").start()) {
      assertThatThrownBy(() -> saved.restore(training.state))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining("optimizer: not taken: means/01Linear_weight");
    }
  }

  @Test
  void aRestoreReplacesWhatATrainingDidBefore() throws CheckpointException {
    Training.seed(5);
    MemorySnapshot saved;
    try (Training training = Training.with("momentum").start()) {
      training.train(Progress.START, EPOCHS, 12);
      saved = training.snapshot();
      training.train(new Progress(12, 1, 2), EPOCHS, 25);

      saved.restore(training.state);

      assertSameState(training.snapshot(), saved);
    }
  }

  @Test
  void anAttemptMayHaveMoreOrFewerListeners() throws CheckpointException {
    MemorySnapshot saved;
    try (Training training = Training.with("sgd").listener(new EpochTrainingListener()).start()) {
      training.train(Progress.START, 2, 13);
      saved = training.snapshot();
    }
    try (Training training = Training.with("sgd").withoutMetrics().start()) {
      saved.restore(training.state);
      assertThat(training.trainer.getTrainingResult().getEpoch()).isEqualTo(1);
    }
  }

  @Test
  void tooShortDataIsSaid() {
    try (Training training = Training.with("sgd").start()) {
      assertThatThrownBy(() -> training.train(new Progress(11, 0, 11), 1, 20))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "Cannot resume at step 11 (epoch 0, batch 11): the training data has only 10 batches"
                  + " per epoch.");
    }
  }

  private static MemorySnapshot trainWhole() {
    Training.seed(5);
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, EPOCHS, TO_THE_END);
      return training.snapshot();
    }
  }

  private static void assertSameState(MemorySnapshot actual, MemorySnapshot expected) {
    assertThat(Stream.of("model", "optimizer", "rng", "listeners"))
        .allSatisfy(section -> assertThat(actual.differences(expected, section)).isEmpty());
    assertThat(actual.sectionNames()).isEqualTo(expected.sectionNames());
    assertThat(List.copyOf(actual.section("metrics").tensorNames()))
        .isEqualTo(List.copyOf(expected.section("metrics").tensorNames()));
  }
}
