// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.PartImage;
import io.cairn.commit.PartName;
import io.cairn.model.CommitFailedException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Reason;
import io.cairn.model.SnapshotId;
import io.cairn.model.TrainingState;
import io.cairn.policy.Moment;
import io.cairn.policy.SaveHistory;
import io.cairn.policy.WhenBusy;
import io.cairn.staging.Copiers;
import io.cairn.staging.LastLayout;
import io.cairn.staging.StagedState;
import io.cairn.staging.StagingBuffer;
import io.cairn.staging.StateCapture;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/** Copies the state and hands it to the writer. Training thread only. */
final class SnapshotTaker {
  private final Settings settings;
  private final TrainingState state;
  private final Fingerprint fingerprint;
  private final int attempt;
  private final int parts;
  private final Optional<SnapshotId> resumedFrom;
  private final Failures failures;
  private final Committer committer;
  private final BackgroundWriter writer;
  private final Copiers copiers;
  private final LastLayout lastLayout = new LastLayout();

  /** Needs no memory to take one back. */
  private final Queue<StagingBuffer> freeBuffers;

  SnapshotTaker(
      Settings settings,
      TrainingState state,
      Fingerprint fingerprint,
      int attempt,
      int parts,
      Optional<SnapshotId> resumedFrom,
      Failures failures,
      Committer committer) {
    this.settings = settings;
    this.state = state;
    this.fingerprint = fingerprint;
    this.attempt = attempt;
    this.parts = parts;
    this.resumedFrom = resumedFrom;
    this.failures = failures;
    this.committer = committer;
    this.copiers = new Copiers(settings.threads().copying());
    int buffers = settings.policies().whenBusy() == WhenBusy.REPLACE ? 2 : 1;
    this.freeBuffers = new ArrayBlockingQueue<>(buffers);
    for (int i = 0; i < buffers; i++) {
      freeBuffers.add(new StagingBuffer(settings.stagingLimitBytes()));
    }
    this.writer =
        new BackgroundWriter(
            "cairn-writer-" + settings.run(),
            settings.threads().priority(),
            image -> {
              try {
                committer.commit(image);
              } finally {
                freeBuffers.add(image.state().buffer());
              }
            });
  }

  /**
   * Takes a snapshot, unless the one before is still being written and the rule is to skip.
   *
   * @param urgent wait for the writer whatever the rule
   * @return whether the state was captured
   */
  boolean take(Moment moment, SaveHistory history, boolean urgent) {
    long start = System.nanoTime();
    if (!makeRoom(moment, urgent) || failures.fatal().isPresent()) {
      return false; // the one that was waited for may have been one failure too many
    }
    SnapshotId id = new SnapshotId(moment.progress().step(), attempt);
    StagingBuffer buffer = freeBuffers.remove();
    try {
      StateCapture named = name(history);
      long namedAt = System.nanoTime();
      StagedState staged = named.copyInto(buffer, copiers);
      long stagedAt = System.nanoTime();
      settings
          .events()
          .captured(
              new CheckpointEvents.Captured(
                  id,
                  moment.progress(),
                  staged.dataBytes(),
                  Duration.ofNanos(stagedAt - namedAt),
                  Duration.ofNanos(stagedAt - start)));
      writer.submit(image(id, moment, staged));
      return true;
    } catch (IOException | RuntimeException | Error e) {
      freeBuffers.add(buffer);
      failures.failed(
          id,
          new CommitFailedException(
              "Could not capture the state at " + moment.progress() + ": " + Reason.of(e), e));
      return false;
    }
  }

  /**
   * Whether the snapshot of a step was captured, could not be written, and left nothing. Not asked
   * where other ranks have parts of it: theirs may be of another moment of the same step.
   */
  boolean mayRetry(long step) {
    awaitWritten();
    return parts == 1 && failures.mayRetry(new SnapshotId(step, attempt));
  }

  /** Waits until everything captured was written, or failed. */
  void awaitWritten() {
    writer.awaitIdle();
  }

  /**
   * Removes what is not wanted any more of what earlier attempts left, beside the training; else
   * that is done before the first snapshot is written.
   */
  void tidyUp() {
    writer.submitChore(committer::tidyUpOnce);
  }

  void close() {
    writer.close();
    copiers.close();
    committer.release();
  }

  private boolean makeRoom(Moment moment, boolean urgent) {
    if (writer.isIdle()) {
      return true;
    }
    if (urgent || settings.policies().whenBusy() == WhenBusy.WAIT) {
      writer.awaitIdle();
      return true;
    }
    if (settings.policies().whenBusy() == WhenBusy.SKIP) {
      skipped(moment.progress(), "the snapshot before is still being written");
      return false;
    }
    writer
        .takeWaiting()
        .ifPresent(
            replaced -> {
              freeBuffers.add(replaced.state().buffer());
              skipped(replaced.progress(), "replaced by step " + moment.progress().step());
            });
    return true;
  }

  private void skipped(Progress progress, String reason) {
    settings.events().skipped(new CheckpointEvents.Skipped(progress, reason));
  }

  /** All that belongs to the snapshot; nothing of it is copied yet. */
  private StateCapture name(SaveHistory history) {
    StateCapture capture = new StateCapture(settings.rank(), state.sharing(), lastLayout);
    state.capture(capture);
    HistorySection.write(capture, history);
    return capture;
  }

  private PartImage image(SnapshotId id, Moment moment, StagedState staged) {
    int part = parts == 1 ? 0 : settings.rank().index();
    return new PartImage(
        new PartName(settings.run(), id, part, parts),
        moment.progress(),
        moment.time(),
        moment.metrics(),
        fingerprint,
        resumedFrom,
        Optional.empty(),
        staged);
  }
}
