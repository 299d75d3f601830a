// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.Refusal;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Is told what happens to snapshots. Called on the training thread, the writer thread and, if
 * snapshots are uploaded, the uploader thread; at the same time for one checkpointer and event kind
 * only {@link #sweepFailed} is. Must return quickly. What it throws is logged and otherwise
 * ignored.
 */
public interface CheckpointEvents {

  /**
   * A checkpointer was opened.
   *
   * @param event the facts
   */
  default void opened(Opened event) {}

  /**
   * A snapshot was loaded into the training, or there was none. Training thread.
   *
   * @param event the facts
   */
  default void restored(Restored event) {}

  /**
   * The state was copied, and training goes on. Training thread.
   *
   * @param event the facts
   */
  default void captured(Captured event) {}

  /**
   * This rank's data is durable; its manifest, which makes the part exist, comes next. Writer
   * thread.
   *
   * @param event the facts
   */
  default void written(Written event) {}

  /**
   * This rank's part is durable. Writer thread.
   *
   * @param event the facts
   */
  default void committed(Committed event) {}

  /**
   * A snapshot was due and was not taken. Training thread.
   *
   * @param event the facts
   */
  default void skipped(Skipped event) {}

  /**
   * A snapshot could not be saved. Either thread.
   *
   * @param event the facts
   */
  default void failed(Failed event) {}

  /**
   * Retention removed something, or waits to. Writer thread.
   *
   * @param event the facts
   */
  default void swept(Swept event) {}

  /**
   * Retention could not be applied; the next snapshot tries again. As {@link #swept}, and uploader
   * thread.
   *
   * @param cause the reason
   */
  default void sweepFailed(IOException cause) {}

  /**
   * A snapshot that was newer than the folder's was copied there. Training thread, at open.
   *
   * @param event the facts
   */
  default void fetched(Fetched event) {}

  /**
   * A newer snapshot could not be copied to the folder, and is restored without a copy. Training
   * thread, at open.
   *
   * @param cause the reason
   */
  default void fetchFailed(IOException cause) {}

  /**
   * This rank's part is in S3, or in whatever second place there is. Uploader thread; where
   * SageMaker's agent uploads, the thread that reads its markers, and at close the training thread.
   *
   * @param event the facts
   */
  default void uploaded(Uploaded event) {}

  /**
   * A snapshot waits for its upload, and nothing has moved for too long. Told once until something
   * moves. Threads as of {@link #uploaded}, and a thread that only watches.
   *
   * @param event the facts
   */
  default void uploadStalled(UploadStalled event) {}

  /**
   * Snapshots may be lost, or never be taken, by the way the training is set up; or metrics are
   * left out. Training thread; writer thread.
   *
   * @param warning what is wrong, and what to do
   */
  default void warned(String warning) {}

  /**
   * This rank's part could not be uploaded; it is tried again until a newer one takes its place.
   * Uploader thread; at the end, training thread.
   *
   * @param cause the reason
   */
  default void uploadFailed(IOException cause) {}

  /**
   * The process was asked to stop. Signal thread, or training thread if it opens the checkpointer
   * afterwards. The time runs already.
   *
   * @param grace how much time is left
   */
  default void stopRequested(Duration grace) {}

  /**
   * How a checkpointer is set up.
   *
   * @param run the run
   * @param place where snapshots are kept
   * @param rank this worker
   * @param rankSource where the rank was taken from
   * @param attempt this attempt
   * @param policies when to save, what to keep, what a failure means
   * @param otherRuns runs whose snapshots lie in the same place
   */
  record Opened(
      RunName run,
      String place,
      Rank rank,
      String rankSource,
      int attempt,
      String policies,
      List<String> otherRuns) {}

  /**
   * What was loaded.
   *
   * @param from the snapshot; empty when the training starts from the beginning
   * @param progress where training goes on
   * @param bytes how much was verified and loaded
   * @param duration how long listing, verifying and loading took
   * @param refusals newer snapshots that were not used, newest first
   * @param environmentDifferences why the resumed training may not be bit-identical; empty when it
   *     is
   */
  record Restored(
      Optional<SnapshotId> from,
      Progress progress,
      long bytes,
      Duration duration,
      List<Refusal> refusals,
      List<String> environmentDifferences) {}

  /**
   * What was copied.
   *
   * @param id the snapshot
   * @param progress the position
   * @param bytes the size of all tensors of this rank's part
   * @param staging how long the copy itself took
   * @param stall how long training stood still: for the copy, and for the writer if that was busy
   */
  record Captured(SnapshotId id, Progress progress, long bytes, Duration staging, Duration stall) {}

  /**
   * Whose data was written.
   *
   * @param id the snapshot
   * @param progress the position
   * @param bytes the size of the data file
   * @param data from the start of writing until the data was durable
   */
  record Written(SnapshotId id, Progress progress, long bytes, Duration data) {}

  /**
   * What was committed.
   *
   * @param id the snapshot
   * @param progress the position
   * @param bytes the size of the data file
   * @param write from the start of writing until durable
   */
  record Committed(SnapshotId id, Progress progress, long bytes, Duration write) {}

  /**
   * What was not taken.
   *
   * @param progress the position
   * @param reason why
   */
  record Skipped(Progress progress, String reason) {}

  /**
   * What failed.
   *
   * @param id the snapshot
   * @param cause why, and what is left behind
   * @param consecutive how many failed in a row
   */
  record Failed(SnapshotId id, CheckpointException cause, int consecutive) {}

  /**
   * What was copied to the folder.
   *
   * @param id the snapshot
   * @param bytes the size of its data files
   * @param duration how long it took
   */
  record Fetched(SnapshotId id, long bytes, Duration duration) {}

  /**
   * What was uploaded.
   *
   * @param id the snapshot
   * @param bytes the size of this rank's data file
   * @param duration how long it took; by SageMaker's agent, from the commit until it was seen
   */
  record Uploaded(SnapshotId id, long bytes, Duration duration) {}

  /**
   * What is not uploaded.
   *
   * @param oldest the oldest snapshot that waits
   * @param still for how long nothing has moved
   * @param newestInS3 the newest known to be in S3
   */
  record UploadStalled(SnapshotId oldest, Duration still, Optional<SnapshotId> newestInS3) {}

  /**
   * What retention did.
   *
   * @param dropped snapshots of which this rank's part was removed, oldest first
   * @param postponed snapshots that wait for their upload to end
   * @param bytes how much was removed
   */
  record Swept(List<SnapshotId> dropped, List<SnapshotId> postponed, long bytes) {}
}
