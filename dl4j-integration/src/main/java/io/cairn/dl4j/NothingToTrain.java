// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

/**
 * Says that a training is complete already. Logged as a warning: who calls {@code fit} expects
 * training, and a second one under the name of the first gets none.
 */
final class NothingToTrain {
  private static final String NEXT_STEP =
      " To train again, use another run name (checkpoint_run, or Checkpointer.builder().run) or"
          + " move the snapshots away.";

  private NothingToTrain() {}

  static String complete(long complete, long epochs) {
    return "Nothing to train: "
        + complete
        + " of "
        + epochs
        + " epochs are complete in the snapshots of this run."
        + NEXT_STEP;
  }

  static String endedBy(String condition) {
    return "Nothing to train: the snapshots of this run are of a training that was ended by "
        + condition
        + "."
        + NEXT_STEP;
  }
}
