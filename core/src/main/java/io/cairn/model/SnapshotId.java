// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.Comparator;

/**
 * Which snapshot of a run: ordered by step, then attempt.
 *
 * @param step the step it was taken after
 * @param attempt the life of the training that took it, from 1
 */
public record SnapshotId(long step, int attempt) implements Comparable<SnapshotId> {

  /** The highest attempt; names hold at least three digits and at most six. */
  public static final int MAX_ATTEMPT = 999_999;

  private static final Comparator<SnapshotId> ORDER =
      Comparator.comparingLong(SnapshotId::step).thenComparingInt(SnapshotId::attempt);

  /**
   * Checks the range.
   *
   * @param step the step it was taken after
   * @param attempt the life of the training that took it
   * @throws IllegalArgumentException if a number is out of range
   */
  public SnapshotId {
    if (step < 0 || step > Progress.MAX_STEP || attempt < 1 || attempt > MAX_ATTEMPT) {
      throw new IllegalArgumentException(
          "A snapshot needs 0 <= step <= "
              + Progress.MAX_STEP
              + " and 1 <= attempt <= "
              + MAX_ATTEMPT
              + ", but has step "
              + step
              + ", attempt "
              + attempt);
    }
  }

  @Override
  public int compareTo(SnapshotId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "step " + step + " attempt " + attempt;
  }
}
