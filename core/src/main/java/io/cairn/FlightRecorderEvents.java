// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Reason;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.io.IOException;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * Events in Java flight recordings. They cost nothing while nothing records. Each is stamped when
 * its work ended, and holds how long that took.
 */
final class FlightRecorderEvents implements CheckpointEvents {
  private final String run;

  FlightRecorderEvents(RunName run) {
    this.run = run.value();
  }

  /** What all events have. */
  @Category("Cairn")
  @StackTrace(false)
  abstract static class SnapshotEvent extends Event {
    @Label("Run")
    String run;

    @Label("Step")
    long step;

    @Label("Attempt")
    int attempt;

    final void commit(String runName, SnapshotId id) {
      run = runName;
      step = id.step();
      attempt = id.attempt();
      commit();
    }
  }

  @Name("cairn.Capture")
  @Label("Snapshot Captured")
  @Description("The state was copied, and training went on")
  static final class CaptureEvent extends SnapshotEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Stall")
    @Description("How long training stood still")
    @Timespan
    long stall;
  }

  @Name("cairn.Stage")
  @Label("State Staged")
  @Description("The bytes of the state were copied into staging memory")
  static final class StageEvent extends SnapshotEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Copy")
    @Description("How long the copy took; the rest of the stall was waiting and naming")
    @Timespan
    long copy;
  }

  @Name("cairn.Write")
  @Label("Snapshot Written")
  @Description("This rank's data is durable, its manifest is next")
  static final class WriteEvent extends SnapshotEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Data")
    @Description("From the start of writing until the data was durable")
    @Timespan
    long data;
  }

  @Name("cairn.Commit")
  @Label("Snapshot Committed")
  @Description("This rank's part is durable")
  static final class CommitEvent extends SnapshotEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Write")
    @Description("From the start of writing until durable")
    @Timespan
    long write;
  }

  @Name("cairn.Restore")
  @Label("Snapshot Restored")
  @Description("A snapshot was verified and loaded; step 0 and attempt 0 if there was none")
  static final class RestoreEvent extends SnapshotEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Restore")
    @Description("Listing, verifying and loading")
    @Timespan
    long restore;

    @Label("Refused")
    @Description("Newer snapshots that could not be used")
    int refused;
  }

  @Name("cairn.Fetch")
  @Label("Snapshot Fetched")
  @Description("A newer snapshot was copied to the folder before it was restored")
  static final class FetchEvent extends SnapshotEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Fetch")
    @Description("How long the copy took")
    @Timespan
    long fetch;
  }

  @Name("cairn.Upload")
  @Label("Snapshot Uploaded")
  @Description("This rank's part is in S3, or in whatever second place there is")
  static final class UploadEvent extends SnapshotEvent {
    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Upload")
    @Description("How long the upload took that succeeded")
    @Timespan
    long upload;
  }

  /** The reason names the part. */
  @Name("cairn.UploadFailure")
  @Label("Upload Failed")
  @Description("A part could not be uploaded, and is tried again")
  @Category("Cairn")
  @StackTrace(false)
  static final class UploadFailureEvent extends Event {
    @Label("Run")
    String run;

    @Label("Reason")
    String reason;
  }

  /** The snapshot is the oldest that waits. */
  @Name("cairn.UploadStall")
  @Label("Upload Stalled")
  @Description("A snapshot waits for its upload, and nothing has moved for too long")
  static final class UploadStallEvent extends SnapshotEvent {
    @Label("Still")
    @Description("For how long nothing has moved")
    @Timespan
    long still;
  }

  @Name("cairn.Failure")
  @Label("Snapshot Failed")
  @Description("A snapshot could not be saved")
  static final class FailureEvent extends SnapshotEvent {
    @Label("Reason")
    String reason;

    @Label("In a Row")
    int consecutive;
  }

  @Name("cairn.Skip")
  @Label("Snapshot Skipped")
  @Description("A snapshot was due and was not taken")
  @Category("Cairn")
  @StackTrace(false)
  static final class SkipEvent extends Event {
    @Label("Run")
    String run;

    @Label("Step")
    long step;

    @Label("Reason")
    String reason;
  }

  @Name("cairn.Sweep")
  @Label("Snapshots Swept")
  @Description("Retention removed something, or waits to")
  @Category("Cairn")
  @StackTrace(false)
  static final class SweepEvent extends Event {
    @Label("Run")
    String run;

    @Label("Dropped")
    int dropped;

    @Label("Postponed")
    int postponed;

    @Label("Bytes")
    @DataAmount
    long bytes;
  }

  @Override
  public void restored(Restored event) {
    RestoreEvent record = new RestoreEvent();
    record.bytes = event.bytes();
    record.restore = event.duration().toNanos();
    record.refused = event.refusals().size();
    record.run = run;
    record.step = event.progress().step();
    record.attempt = event.from().map(SnapshotId::attempt).orElse(0);
    record.commit();
  }

  @Override
  public void captured(Captured event) {
    CaptureEvent record = new CaptureEvent();
    record.bytes = event.bytes();
    record.stall = event.stall().toNanos();
    record.commit(run, event.id());
    StageEvent staged = new StageEvent();
    staged.bytes = event.bytes();
    staged.copy = event.staging().toNanos();
    staged.commit(run, event.id());
  }

  @Override
  public void written(Written event) {
    WriteEvent record = new WriteEvent();
    record.bytes = event.bytes();
    record.data = event.data().toNanos();
    record.commit(run, event.id());
  }

  @Override
  public void committed(Committed event) {
    CommitEvent record = new CommitEvent();
    record.bytes = event.bytes();
    record.write = event.write().toNanos();
    record.commit(run, event.id());
  }

  @Override
  public void fetched(Fetched event) {
    FetchEvent record = new FetchEvent();
    record.bytes = event.bytes();
    record.fetch = event.duration().toNanos();
    record.commit(run, event.id());
  }

  @Override
  public void uploaded(Uploaded event) {
    UploadEvent record = new UploadEvent();
    record.bytes = event.bytes();
    record.upload = event.duration().toNanos();
    record.commit(run, event.id());
  }

  @Override
  public void uploadFailed(IOException cause) {
    UploadFailureEvent record = new UploadFailureEvent();
    record.run = run;
    record.reason = Reason.of(cause);
    record.commit();
  }

  @Override
  public void uploadStalled(UploadStalled event) {
    UploadStallEvent record = new UploadStallEvent();
    record.still = event.still().toNanos();
    record.commit(run, event.oldest());
  }

  @Override
  public void failed(Failed event) {
    FailureEvent record = new FailureEvent();
    record.reason = event.cause().getMessage();
    record.consecutive = event.consecutive();
    record.commit(run, event.id());
  }

  @Override
  public void skipped(Skipped event) {
    SkipEvent record = new SkipEvent();
    record.run = run;
    record.step = event.progress().step();
    record.reason = event.reason();
    record.commit();
  }

  @Override
  public void swept(Swept event) {
    SweepEvent record = new SweepEvent();
    record.run = run;
    record.dropped = event.dropped().size();
    record.postponed = event.postponed().size();
    record.bytes = event.bytes();
    record.commit();
  }
}
