// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Is told each position of a training between two steps; may end the training by an exception. What
 * an integration's loop reports to.
 */
public interface Positions {

  /**
   * A step is complete, and the epoch goes on.
   *
   * @param now the position
   * @throws CheckpointException if snapshots cannot be saved for too long
   */
  void afterStep(Progress now) throws CheckpointException;

  /**
   * As {@link #afterStep}, for an iterator over the training data, which can throw no checked
   * exception.
   *
   * @param now the position
   * @throws UncheckedIOException around a {@link CheckpointException}, if snapshots cannot be saved
   *     for too long; for {@link #unwrapped}
   */
  default void afterStepUnchecked(Progress now) {
    try {
      afterStep(now);
    } catch (CheckpointException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An epoch is complete, with its validation.
   *
   * @param now the position
   * @param metrics metrics of the epoch, by name
   * @throws CheckpointException if snapshots cannot be saved for too long
   */
  void afterEpoch(Progress now, Map<String, Double> metrics) throws CheckpointException;

  /**
   * Positions that are saved by a checkpointer. If the process was asked to stop, the checkpointer
   * is closed, with the state durable unless saving it failed and the failure policy bears that,
   * and a {@link TrainingStoppedException} ends the training.
   *
   * @param checkpointer an open checkpointer
   * @return reports to it
   */
  static Positions savedBy(Checkpointer checkpointer) {
    return new CheckpointedPositions(checkpointer);
  }

  /**
   * Takes the exception out again, where the loop over the data has ended.
   *
   * @param thrown what the loop threw
   * @return the same, if it is not around a {@link CheckpointException}, but the training's own
   * @throws CheckpointException if snapshots could not be saved for too long
   */
  static UncheckedIOException unwrapped(UncheckedIOException thrown) throws CheckpointException {
    if (thrown.getCause() instanceof CheckpointException cause) {
      throw cause;
    }
    return thrown;
  }
}
