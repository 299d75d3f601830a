// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import org.slf4j.Logger;

/**
 * Says that a training is complete already. A warning: who calls {@code fit} expects training, and
 * a second one under the name of the first gets none.
 */
final class NothingToTrain {
  private static final String NEXT_STEP =
      " in the snapshots of this run. To train again, use another run name (checkpoint_run, or"
          + " Checkpointer.builder().run) or move the snapshots away.";

  private NothingToTrain() {}

  static void warn(Logger log, long complete, long epochs) {
    log.warn("Nothing to train: {} of {} epochs are complete" + NEXT_STEP, complete, epochs);
  }
}
