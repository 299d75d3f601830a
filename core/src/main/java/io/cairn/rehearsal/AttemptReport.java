// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One life of the training.
 *
 * @param number which, from 1
 * @param hosts how many hosts it had
 * @param restored how many files were in S3 when it started, and so in each host's folder
 * @param available the newest snapshot that was complete among them
 * @param resume where it went on
 * @param reached the highest step that files or lines tell; empty if none does
 * @param end how it ended
 * @param why how it ended, in words
 * @param duration how long it ran
 * @param uploaded what reached S3
 * @param times what Cairn's lines say of its snapshots
 * @param tail the last lines of the host that ended it, or of the first
 */
public record AttemptReport(
    int number,
    int hosts,
    int restored,
    Optional<SnapshotId> available,
    ResumePoint resume,
    OptionalLong reached,
    End end,
    String why,
    Duration duration,
    Uploaded uploaded,
    SnapshotTimes times,
    List<String> tail) {

  /** How an attempt ended. */
  public enum End {
    /** All hosts ended with status 0. */
    FINISHED,
    /** The rehearsal ended it. */
    INTERRUPTED,
    /** A host ended with another status. */
    FAILED,
    /** It took longer than an attempt may. */
    TIMED_OUT
  }

  /**
   * What an attempt uploaded.
   *
   * @param files how many files
   * @param bytes how many bytes
   */
  public record Uploaded(int files, long bytes) {}

  /**
   * How long snapshots took, by the lines of all hosts; in milliseconds, in no order.
   *
   * @param stalls how long training stood still for each
   * @param writes how long each was written
   */
  public record SnapshotTimes(List<Double> stalls, List<Double> writes) {

    /**
     * Copies the lists.
     *
     * @param stalls how long training stood still for each
     * @param writes how long each was written
     */
    public SnapshotTimes {
      stalls = List.copyOf(stalls);
      writes = List.copyOf(writes);
    }
  }

  /**
   * Copies the lines.
   *
   * @param number which, from 1
   * @param hosts how many hosts it had
   * @param restored how many files were in S3 when it started
   * @param available the newest snapshot that was complete among them
   * @param resume where it went on
   * @param reached the highest step that files or lines tell
   * @param end how it ended
   * @param why how it ended, in words
   * @param duration how long it ran
   * @param uploaded what reached S3
   * @param times what Cairn's lines say of its snapshots
   * @param tail the last lines
   */
  public AttemptReport {
    tail = List.copyOf(tail);
  }
}
