// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Checkpointer;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.util.Map;

/**
 * Hands positions to a checkpointer. Asked to stop, it ends the training when the state is durable.
 */
final class CheckpointedPositions implements Walk.Positions {
  private final Checkpointer checkpointer;

  CheckpointedPositions(Checkpointer checkpointer) {
    this.checkpointer = checkpointer;
  }

  /** A request that arrives while the state is copied is heeded at the next position. */
  @Override
  public void afterStep(Progress now) throws CheckpointException {
    boolean stop = checkpointer.isStopRequested();
    checkpointer.afterStep(now);
    if (stop) {
      stop(now);
    }
  }

  @Override
  public void afterEpoch(Progress now, Map<String, Double> metrics) throws CheckpointException {
    boolean stop = checkpointer.isStopRequested();
    checkpointer.afterEpoch(now, metrics);
    if (stop) {
      stop(now);
    }
  }

  private void stop(Progress now) {
    checkpointer.close();
    throw new TrainingStoppedException(now);
  }
}
