// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.util.Map;

/**
 * Hands positions to a checkpointer. Asked to stop, it ends the training when the state is durable,
 * or could not be saved.
 */
final class CheckpointedPositions implements Positions {
  private final Checkpointer checkpointer;

  CheckpointedPositions(Checkpointer checkpointer) {
    this.checkpointer = checkpointer;
  }

  @Override
  public void afterStep(Progress now) throws CheckpointException {
    checkpointer.afterStep(now);
    stopIfRequested(now);
  }

  @Override
  public void afterEpoch(Progress now, Map<String, Double> metrics) throws CheckpointException {
    checkpointer.afterEpoch(now, metrics);
    stopIfRequested(now);
  }

  private void stopIfRequested(Progress now) {
    if (checkpointer.isStopRequested()) {
      checkpointer.close();
      throw new TrainingStoppedException(now);
    }
  }
}
