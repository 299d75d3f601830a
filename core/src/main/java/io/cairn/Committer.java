// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.PartCommit;
import io.cairn.commit.PartImage;
import io.cairn.commit.Sweeper;
import io.cairn.format.FileEntry;
import io.cairn.model.CheckpointException;
import io.cairn.model.CommitFailedException;
import io.cairn.model.SnapshotId;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;

/** What the writer thread does with an image: commit it, then sweep. */
final class Committer {
  private final PartCommit commit;
  private final Sweeper sweeper;
  private final Failures failures;
  private final CheckpointEvents events;
  private final Clock clock;

  Committer(
      PartCommit commit, Sweeper sweeper, Failures failures, CheckpointEvents events, Clock clock) {
    this.commit = commit;
    this.sweeper = sweeper;
    this.failures = failures;
    this.events = events;
    this.clock = clock;
  }

  /** Never throws: what fails is counted and told. */
  void commit(PartImage image) {
    try {
      commitAndTell(image);
    } catch (CheckpointException e) {
      failures.failed(image.name().id(), e);
    } catch (RuntimeException | Error e) {
      failures.failed(
          image.name().id(),
          new CommitFailedException(
              "Could not save snapshot part '" + image.name() + "': " + e, e));
    }
    sweep();
  }

  private void commitAndTell(PartImage image) throws CheckpointException {
    SnapshotId id = image.name().id();
    long start = System.nanoTime();
    FileEntry data = commit.write(image);
    events.written(new CheckpointEvents.Written(id, image.progress(), data.bytes(), since(start)));
    commit.publish(image, data);
    Duration write = since(start);
    failures.succeeded();
    events.committed(new CheckpointEvents.Committed(id, image.progress(), data.bytes(), write));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Applies retention; a failure is told, and the next sweep tries again. */
  void sweep() {
    try {
      Sweeper.Sweep sweep = sweeper.sweep(clock.instant());
      if (!sweep.isEmpty()) {
        events.swept(new CheckpointEvents.Swept(sweep.dropped(), sweep.postponed(), sweep.bytes()));
      }
      sweep.failures().forEach(events::sweepFailed);
    } catch (IOException e) {
      events.sweepFailed(e);
    } catch (RuntimeException | Error e) {
      events.sweepFailed(new IOException("Retention failed: " + e, e));
    }
  }

  /** Removes what earlier attempts left half written. */
  void removeAbandoned() {
    try {
      sweeper.removeAbandoned();
    } catch (IOException e) {
      events.sweepFailed(e);
    }
  }
}
