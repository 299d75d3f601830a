// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.model.TrainingState;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link TrainingState} must do: capture, restore into a fresh training, train on, and
 * have the bits of a training that was never saved. Inherited by the test of each integration.
 */
public abstract class TrainingStateContract {
  private static final int SAVED_AT = 7;
  private static final int END = 12;

  @TempDir Path folder;

  /** A training that can be stepped; made afresh for each use. */
  public interface Steppable extends AutoCloseable {
    /** The state under test. */
    TrainingState state();

    /** Trains one step; the steps are those after {@code before} complete ones. */
    void step(long before) throws Exception;

    /** The whole state as text, with every bit; equal if and only if the trainings are. */
    String bits() throws Exception;

    @Override
    void close();
  }

  /** Makes the training, always the same, before its first step. */
  protected abstract Steppable newTraining() throws Exception;

  /** Makes a training of another structure (more units, other optimizer, ...). */
  protected abstract Steppable otherTraining() throws Exception;

  private CheckpointerBuilder builder() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .folder(folder.resolve("checkpoints"))
        .whenBusy(WhenBusy.WAIT)
        .savePolicy(SavePolicy.everySteps(SAVED_AT));
  }

  private String train(CheckpointerBuilder builder, int until) throws Exception {
    try (Steppable training = newTraining();
        Checkpointer checkpointer = builder.open(training.state())) {
      for (long step = checkpointer.resumedAt().step(); step < until; ) {
        training.step(step);
        checkpointer.afterStep(Progress.ofStep(++step));
      }
      return training.bits();
    }
  }

  private String undisturbed() throws Exception {
    try (Steppable training = newTraining()) {
      for (int step = 0; step < END; step++) {
        training.step(step);
      }
      return training.bits();
    }
  }

  @Test
  void aTrainingResumedInTheMiddleEndsWithTheSameBits() throws Exception {
    train(builder(), SAVED_AT + 2);

    assertThat(train(builder(), END)).isEqualTo(undisturbed());
  }

  @Test
  void savingDoesNotChangeTheTraining() throws Exception {
    assertThat(train(builder().savePolicy(SavePolicy.everySteps(1)), END)).isEqualTo(undisturbed());
  }

  @Test
  void aCompressedSnapshotResumesWithTheSameBits() throws Exception {
    train(builder().compression(CompressionPolicy.FAST), SAVED_AT + 2);

    assertThat(train(builder(), END)).isEqualTo(undisturbed());
  }

  @Test
  void resumingTwiceEndsWithTheSameBits() throws Exception {
    train(builder().savePolicy(SavePolicy.everySteps(1)), 3);
    train(builder().savePolicy(SavePolicy.everySteps(1)), SAVED_AT);

    assertThat(train(builder(), END)).isEqualTo(undisturbed());
  }

  @Test
  void aTrainingOfAnotherStructureIsRefusedAndNotTouched() throws Exception {
    train(builder(), SAVED_AT);

    try (Steppable other = otherTraining()) {
      String before = other.bits();
      assertThatThrownBy(() -> builder().open(other.state()))
          .isInstanceOf(IncompatibleSnapshotException.class)
          .hasMessageContaining("was written by another training; nothing was changed")
          .hasMessageContaining("\n  - ");
      assertThat(other.bits()).isEqualTo(before);
    }
  }
}
