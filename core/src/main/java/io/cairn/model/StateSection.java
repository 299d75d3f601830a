// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * One aspect of a training's state, in one section or a few: what a {@link TrainingState} is made
 * of.
 */
public interface StateSection {

  /**
   * Names the state; see {@link TrainingState#capture}.
   *
   * @param sink takes the sections
   */
  void capture(StateSink sink);

  /**
   * Says where the state goes; see {@link TrainingState#restore}.
   *
   * @param source gives the sections
   * @throws CheckpointException if the snapshot does not fit this training
   */
  void restore(StateSource source) throws CheckpointException;
}
