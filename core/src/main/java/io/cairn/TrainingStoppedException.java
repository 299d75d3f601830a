// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Progress;

/**
 * The process was asked to stop, and the training has ended between two steps. Its state is saved,
 * unless that failed ({@link Checkpointer#lastFailure}) and the failure policy bears it: the same
 * script, started again, goes on from the newest snapshot. Leave the training loop and exit.
 */
public final class TrainingStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The parts of the position, which is not serializable, as exceptions are. */
  private final long step;

  /** See {@link #step}. */
  private final long epoch;

  /** See {@link #step}. */
  private final long batch;

  /**
   * Says where the training ended.
   *
   * @param position where the training ended
   */
  public TrainingStoppedException(Progress position) {
    super(
        "The training was asked to stop and has ended at "
            + position
            + ". Start the same script again to go on from the newest snapshot.");
    this.step = position.step();
    this.epoch = position.epoch();
    this.batch = position.batch();
  }

  /**
   * Where the training ended.
   *
   * @return the position
   */
  public Progress position() {
    return new Progress(step, epoch, batch);
  }
}
