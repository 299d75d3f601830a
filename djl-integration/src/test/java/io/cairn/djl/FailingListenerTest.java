// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.cairn.CheckpointEvents;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A user's listener throws: the exception passes, and nothing that was complete is lost. */
class FailingListenerTest {
  private static final int EPOCHS = 3;

  @TempDir Path folder;

  @BeforeEach
  void seed() {
    Training.seed(7);
  }

  /** Fails at the n-th call of one kind. */
  private static final class Failing extends TrainingListenerAdapter {
    private final String where;
    private int left;

    Failing(String where, int calls) {
      this.where = where;
      this.left = calls;
    }

    private void called(String here) {
      if (here.equals(where) && --left == 0) {
        throw new UnsupportedOperationException("out of luck " + where);
      }
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
      called("in a batch");
    }

    @Override
    public void onValidationBatch(Trainer trainer, BatchData batchData) {
      called("in validation");
    }

    @Override
    public void onEpoch(Trainer trainer) {
      called("after an epoch");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fit   | in a batch     | 17 | step 16 (epoch 1, batch 6)",
        "stock | in a batch     | 14 | step 12 (epoch 1, batch 2)",
        "fit   | in validation  |  3 | step 16 (epoch 1, batch 6)",
        "stock | in validation  |  4 | step 16 (epoch 1, batch 6)",
        "fit   | after an epoch |  1 | step 8 (epoch 0, batch 8)",
        "stock | after an epoch |  2 | step 16 (epoch 1, batch 6)",
      })
  void theExceptionPassesAndTheNextStartGoesOn(String how, String where, int call, String from)
      throws Exception {
    assertThatThrownBy(() -> train(how, Training.with("adam").listener(new Failing(where, call))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("out of luck " + where)
        .hasNoCause();

    Training.seed(7);
    Resumed resumed = train(how, Training.with("adam"));
    assertThat(resumed.from).hasToString(from);
    assertThat(differencesToUninterrupted(resumed.end)).isEmpty();
  }

  private record Resumed(Progress from, MemorySnapshot end) {}

  private Resumed train(String how, Training.Setup setup) throws Exception {
    Progress[] from = new Progress[1];
    CheckpointerBuilder settings =
        Checkpointer.builder()
            .baseFolder(folder)
            .whenBusy(WhenBusy.WAIT)
            .savePolicy(SavePolicy.everySteps(4))
            .events(
                new CheckpointEvents() {
                  @Override
                  public void restored(Restored restored) {
                    from[0] = restored.progress();
                  }
                });
    if (how.equals("fit")) {
      try (Training training = setup.start()) {
        DjlTraining.fit(training.trainer, EPOCHS, training.data, training.validation, settings);
        return new Resumed(from[0], training.snapshot());
      }
    }
    DjlCheckpointListener checkpoints = new DjlCheckpointListener(settings);
    try (Training training = setup.listener(checkpoints).start()) {
      EasyTrain.fit(
          training.trainer,
          checkpoints.remainingEpochs(EPOCHS),
          checkpoints.resume(training.data),
          training.validation);
      return new Resumed(from[0], training.snapshot());
    }
  }

  private static Stream<String> differencesToUninterrupted(MemorySnapshot actual) {
    Training.seed(7);
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, EPOCHS, Long.MAX_VALUE);
      MemorySnapshot expected = training.snapshot();
      return Stream.of("model", "optimizer", "rng", "listeners")
          .flatMap(section -> actual.differences(expected, section).stream());
    }
  }
}
