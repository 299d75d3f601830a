// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
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
  }

  @Override
  public void committed(Committed event) {
    CommitEvent record = new CommitEvent();
    record.bytes = event.bytes();
    record.write = event.write().toNanos();
    record.commit(run, event.id());
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
