// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.time.Duration;
import java.util.Optional;

/**
 * How the sync agent behaves. SageMaker promises nothing of it: neither order nor time.
 *
 * @param delay each step of an upload begins after a random time below this
 * @param deletes whether what is deleted in the folder is deleted in S3 too; roles often lack the
 *     right to
 * @param stall after how long, in each attempt, it stands still until the machine goes; empty if it
 *     never does
 * @param drains whether it uploads what is there when a training has ended on SIGTERM; nothing says
 *     that it does
 */
public record SyncHabits(
    Duration delay, boolean deletes, Optional<Duration> stall, boolean drains) {

  /** Uploads and deletes within a fifth of a second, and never stands still. */
  public static final SyncHabits USUAL =
      new SyncHabits(Duration.ofMillis(200), true, Optional.empty(), false);

  /**
   * Checks the times.
   *
   * @param delay each step of an upload begins after a random time below this
   * @param deletes whether deletions reach S3
   * @param stall after how long it stands still
   * @param drains whether it uploads what is there after SIGTERM
   * @throws IllegalArgumentException if a time is negative or longer than a hundred years
   */
  public SyncHabits {
    Times.countable("The sync's delay", delay);
    stall.ifPresent(after -> Times.countable("The sync's stall", after));
  }

  /**
   * The same with another delay.
   *
   * @param longest each step of an upload begins after a random time below this
   * @return the habits
   */
  public SyncHabits withDelay(Duration longest) {
    return new SyncHabits(longest, deletes, stall, drains);
  }

  /**
   * The same without deletions in S3.
   *
   * @return the habits
   */
  public SyncHabits withoutDeletions() {
    return new SyncHabits(delay, false, stall, drains);
  }

  /**
   * The same, but it stands still.
   *
   * @param after how long after the start of each attempt
   * @return the habits
   */
  public SyncHabits stallingAfter(Duration after) {
    return new SyncHabits(delay, deletes, Optional.of(after), drains);
  }

  /**
   * The same, but it uploads what is there when a training has ended on SIGTERM.
   *
   * @return the habits
   */
  public SyncHabits draining() {
    return new SyncHabits(delay, deletes, stall, true);
  }
}
