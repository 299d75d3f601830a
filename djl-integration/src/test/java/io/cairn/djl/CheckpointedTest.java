// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.DType;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.Test;

class CheckpointedTest {

  /** Remembers the best loss and when each epoch ended. */
  private static final class BestLoss extends TrainingListenerAdapter implements Checkpointed {
    private static final TensorSpec HISTORY = new TensorSpec("history", DType.F32, List.of(10L));
    private final float[] history = new float[10];
    private int epochs;

    @Override
    public void onEpoch(Trainer trainer) {
      history[epochs++] = trainer.getTrainingResult().getValidateLoss();
    }

    @Override
    public void capture(SectionSink sink) {
      sink.tensor(HISTORY, TensorMemory.of(history)).value("epochs", epochs);
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      source.tensor(HISTORY, TensorMemory.of(history));
      long saved = source.longValue("epochs");
      afterwards.accept(() -> epochs = (int) saved);
    }
  }

  /** A name that no section can have. */
  private static final class Unnamable extends TrainingListenerAdapter implements Checkpointed {
    @Override
    public String checkpointName() {
      return "best/loss";
    }

    @Override
    public void capture(SectionSink sink) {}

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards) {}
  }

  @Test
  void aUsersListenerTakesPart() throws CheckpointException {
    BestLoss first = new BestLoss();
    MemorySnapshot saved;
    try (Training training = Training.with("adam").listener(first).start()) {
      training.train(Progress.START, 3, 25);
      saved = training.snapshot();
    }
    assertThat(saved.sectionNames()).contains("own.BestLoss");

    BestLoss second = new BestLoss();
    try (Training training = Training.with("adam").listener(second).start()) {
      saved.restore(training.state);
    }
    assertThat(second.epochs).isEqualTo(2);
    assertThat(second.history).isEqualTo(first.history).doesNotContain(0f, Index.atIndex(1));
  }

  @Test
  void twoOfAKindAreToldApartByTheirOrder() {
    try (Training training =
        Training.with("sgd").listener(new BestLoss()).listener(new BestLoss()).start()) {
      assertThat(training.snapshot().sectionNames()).contains("own.BestLoss", "own.BestLoss.2");
    }
  }

  @Test
  void aListenerThatIsNewStartsAfresh() throws CheckpointException {
    MemorySnapshot saved;
    try (Training training = Training.with("sgd").start()) {
      training.train(Progress.START, 2, 13);
      saved = training.snapshot();
    }
    BestLoss added = new BestLoss();
    try (Training training = Training.with("sgd").listener(added).start()) {
      saved.restore(training.state);
      assertThat(added.epochs).isZero();
    }
  }

  @Test
  void aNameThatIsNoneIsRefusedAtOnce() {
    assertThatThrownBy(() -> Training.with("sgd").listener(new Unnamable()).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "Unnamable.checkpointName() must be 1 to 48 letters, digits, '-', '_' or '.', but is"
                + " 'best/loss'");
  }
}
