// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.PartCommit;
import io.cairn.commit.PartImage;
import io.cairn.commit.Sweeper;
import io.cairn.format.FileEntry;
import io.cairn.model.CheckpointException;
import io.cairn.model.CommitFailedException;
import io.cairn.model.SnapshotId;
import io.cairn.store.Store;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;

/** What the writer thread does with an image: commit it, then sweep. */
final class Committer {
  private final Store store;
  private final CompressionChooser compression;
  private final PartCommit commit;
  private final Sweeper sweeper;
  private final Failures failures;
  private final CheckpointEvents events;
  private final Clock clock;
  private final RoomCheck room;
  private boolean roomChecked;
  private boolean hasTidied;

  Committer(
      Store store,
      CompressionChooser compression,
      PartCommit commit,
      Sweeper sweeper,
      Failures failures,
      CheckpointEvents events,
      Clock clock,
      RoomCheck room) {
    this.store = store;
    this.compression = compression;
    this.commit = commit;
    this.sweeper = sweeper;
    this.failures = failures;
    this.events = events;
    this.clock = clock;
    this.room = room;
  }

  /** Never throws: what fails is counted, and told if there is memory to. */
  void commit(PartImage image) {
    tidyUpOnce(); // it may need the room
    try {
      tryCommit(image);
    } catch (OutOfMemoryError e) {
      failures.failedUntold(image.name().id());
    }
    sweep();
  }

  private void tryCommit(PartImage image) {
    try {
      commitAndTell(image);
    } catch (CheckpointException e) {
      failures.failed(image.name().id(), e);
    } catch (IOException | RuntimeException | Error e) {
      failures.failed(
          image.name().id(),
          new CommitFailedException(
              "Could not save snapshot part '" + image.name() + "': " + e, e));
    }
  }

  private void commitAndTell(PartImage image) throws IOException {
    SnapshotId id = image.name().id();
    long start = System.nanoTime();
    PartImage chosen = compression.choose(image);
    FileEntry data = commit.write(chosen);
    events.written(new CheckpointEvents.Written(id, image.progress(), data.bytes(), since(start)));
    commit.publish(chosen, data);
    Duration write = since(start);
    compression.written(chosen, write);
    failures.succeeded();
    events.committed(new CheckpointEvents.Committed(id, image.progress(), data.bytes(), write));
    checkRoom(data.bytes());
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Once: later snapshots are as large, and who was told need not be told again. */
  private void checkRoom(long bytes) {
    if (!roomChecked) {
      roomChecked = true;
      try {
        room.warning(bytes).ifPresent(events::warned);
      } catch (IOException | RuntimeException | Error e) {
        return; // it is only a warning; a save that fails is told
      }
    }
  }

  /** Applies retention; a failure is told, and the next sweep tries again. */
  private void sweep() {
    try {
      Sweeper.Sweep sweep = sweeper.sweep(clock.instant());
      if (!sweep.isEmpty()) {
        events.swept(new CheckpointEvents.Swept(sweep.dropped(), sweep.postponed(), sweep.bytes()));
      }
      sweep.failures().forEach(events::sweepFailed);
    } catch (IOException | RuntimeException | Error e) {
      sweepFailed("Retention failed: ", e);
    }
  }

  /** Gives back the room that was kept for the next file; there is none. */
  void release() {
    try {
      store.release();
    } catch (IOException e) {
      events.sweepFailed(e);
    }
  }

  /** Once in an attempt: removes what earlier ones left half written, and sweeps. */
  void tidyUpOnce() {
    if (!hasTidied) {
      hasTidied = true; // what fails is left to the next attempt
      removeAbandoned();
      sweep();
    }
  }

  private void removeAbandoned() {
    try {
      sweeper.removeAbandoned();
    } catch (IOException | RuntimeException | Error e) {
      sweepFailed("What is half written could not be removed: ", e);
    }
  }

  private void sweepFailed(String what, Throwable e) {
    try {
      events.sweepFailed(e instanceof IOException known ? known : new IOException(what + e, e));
    } catch (OutOfMemoryError nothingCanBeTold) {
      return;
    }
  }
}
