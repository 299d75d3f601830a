// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

/**
 * Says that a training is complete already. Logged as a warning: who calls {@code fit} expects
 * training, and a second one under the name of the first gets none.
 */
final class NothingToTrain {

  private NothingToTrain() {}

  static String complete(long complete, long epochs) {
    return "Nothing to train: "
        + complete
        + " of "
        + epochs
        + " epochs are complete in the snapshots of this run. To train again, use another run name"
        + " (checkpoint_run, or Checkpointer.builder().run) or move the snapshots away.";
  }
}
