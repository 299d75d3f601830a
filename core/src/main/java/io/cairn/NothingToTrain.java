// SPDX-License-Identifier: Apache-2.0
package io.cairn;

/**
 * What integrations warn of when a training is complete already: who starts one expects training,
 * and a second one under the name of the first gets none.
 */
public final class NothingToTrain {
  private static final String NEXT_STEP =
      " To train again, use another run name (checkpoint_run, or Checkpointer.builder().run) or"
          + " move the snapshots away.";

  private NothingToTrain() {}

  /**
   * All was trained.
   *
   * @param complete how many are complete
   * @param wanted how many the whole training has
   * @param unit of what, as in {@code epochs}
   * @return a sentence for the log, and what to do
   */
  public static String complete(long complete, long wanted, String unit) {
    String count = complete > wanted ? complete + "" : complete + " of " + wanted;
    String asked = complete > wanted ? ", and " + wanted + " are asked for" : "";
    return "Nothing to train: "
        + count
        + " "
        + unit
        + " are complete in the snapshots of this run"
        + asked
        + "."
        + NEXT_STEP;
  }

  /**
   * The training ended before all was trained.
   *
   * @param condition what ended it
   * @return a sentence for the log, and what to do
   */
  public static String endedBy(String condition) {
    return "Nothing to train: the snapshots of this run are of a training that was ended by "
        + condition
        + "."
        + NEXT_STEP;
  }
}
