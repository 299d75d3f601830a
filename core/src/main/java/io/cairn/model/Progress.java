// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * A position in a training, between two steps.
 *
 * @param step how many optimizer updates (boosting rounds) are complete
 * @param epoch how many epochs are complete
 * @param batch how many batches of the current epoch are complete
 */
public record Progress(long step, long epoch, long batch) {

  /** The largest step; names hold twelve digits. */
  public static final long MAX_STEP = 999_999_999_999L;

  /** The position before the first step. */
  public static final Progress START = new Progress(0, 0, 0);

  /**
   * Checks the range.
   *
   * @param step how many optimizer updates (boosting rounds) are complete
   * @param epoch how many epochs are complete
   * @param batch how many batches of the current epoch are complete
   * @throws IllegalArgumentException if a number is negative or the step has more than 12 digits
   */
  public Progress {
    if (step < 0 || step > MAX_STEP || epoch < 0 || batch < 0) {
      throw new IllegalArgumentException(
          "Progress needs 0 <= step <= "
              + MAX_STEP
              + ", epoch >= 0 and batch >= 0, but is step "
              + step
              + ", epoch "
              + epoch
              + ", batch "
              + batch);
    }
  }

  /**
   * The position in a training without epochs.
   *
   * @param step how many steps are complete
   * @return the position
   */
  public static Progress ofStep(long step) {
    return new Progress(step, 0, 0);
  }

  /**
   * The position after one more batch.
   *
   * @return step and batch plus one
   */
  public Progress afterBatch() {
    return new Progress(step + 1, epoch, batch + 1);
  }

  /**
   * The position at the end of the epoch.
   *
   * @return epoch plus one, batch 0
   */
  public Progress afterEpoch() {
    return new Progress(step, epoch + 1, 0);
  }

  @Override
  public String toString() {
    return "step " + step + " (epoch " + epoch + ", batch " + batch + ")";
  }
}
