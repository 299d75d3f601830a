// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Progress;
import java.io.IOException;
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
   * @throws IOException if snapshots cannot be saved for too long
   */
  void afterStep(Progress now) throws IOException;

  /**
   * An epoch is complete, with its validation.
   *
   * @param now the position
   * @param metrics metrics of the epoch, by name
   * @throws IOException if snapshots cannot be saved for too long
   */
  void afterEpoch(Progress now, Map<String, Double> metrics) throws IOException;

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
}
