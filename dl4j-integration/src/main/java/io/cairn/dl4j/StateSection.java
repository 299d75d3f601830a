// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;

/** One aspect of a DL4J training's state. */
interface StateSection {

  /** Names the state; see {@link io.cairn.model.TrainingState#capture}. */
  void capture(StateSink sink);

  /** Says where the state goes; see {@link io.cairn.model.TrainingState#restore}. */
  void restore(StateSource source) throws CheckpointException;
}
