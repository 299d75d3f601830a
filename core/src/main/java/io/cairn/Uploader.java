// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.Manifests;
import io.cairn.commit.PartCopy;
import io.cairn.commit.PartName;
import io.cairn.commit.Sweeper;
import io.cairn.format.Manifest;
import io.cairn.model.Compression;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import io.cairn.model.SnapshotId;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Brings committed parts to another place on a thread of its own, and applies retention there.
 * Neither training nor the writer ever waits for it, but at the end. A failed upload is repeated
 * until it succeeds or a newer snapshot takes its place.
 */
final class Uploader implements CheckpointEvents, AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** How long the end waits for a try that nobody wants any more; a stuck one is left behind. */
  private static final Duration LAST_TRY = Duration.ofSeconds(1);

  private final Store from;
  private final Store to;
  private final UploadQueue queue;
  private final Function<SnapshotId, PartName> part;
  private final Sweeper sweeper;
  private final CheckpointEvents events;
  private final UploadLog log;
  private final Clock clock;
  private final Thread thread;
  private boolean hasTidied;
  private boolean mayDelete = true;
  private List<PartName> givenUp = List.of();
  private volatile boolean mayTidy;
  private volatile boolean hasToEnd;

  /**
   * Starts the thread.
   *
   * @param part this rank's part of a snapshot
   * @param sweeper applies retention in the other place
   * @param alone whether no other rank uploads parts; others, who may start later, count attempts
   *     by what is there, so nothing is removed before this rank has committed a part
   */
  Uploader(
      Settings settings,
      Store to,
      UploadQueue queue,
      Function<SnapshotId, PartName> part,
      Sweeper sweeper,
      boolean alone) {
    this.from = settings.store();
    this.to = to;
    this.queue = queue;
    this.part = part;
    this.sweeper = sweeper;
    this.mayTidy = alone;
    this.events = settings.events();
    this.log = settings.uploads();
    this.clock = settings.clock();
    this.thread =
        Daemon.repeat(
            "cairn-uploader-" + settings.run(), settings.threads().priority(), this::doNext);
  }

  @Override
  public void committed(Committed event) {
    mayTidy = true;
    upload(event.id());
  }

  /** Takes this rank's part of a snapshot, which is in the folder. */
  void upload(SnapshotId id) {
    queue.add(part.apply(id));
  }

  @Override
  public void stopRequested(Duration grace) {
    hasToEnd = true;
    queue.hurry(grace.multipliedBy(9).dividedBy(10)); // the rest is for the process to end
  }

  /**
   * Waits until all is uploaded; gives up, and says so, if tries fail for so long, or if the
   * process has to end. What was given up is not waited for again, but a later snapshot is.
   */
  void await(Duration patience) {
    if (queue.unfinished().equals(givenUp)) {
      return;
    }
    givenUp = queue.awaitEmpty(patience);
    if (!givenUp.isEmpty()) {
      String parts = givenUp.stream().map(PartName::toString).collect(Collectors.joining(", "));
      events.uploadFailed(
          new IOException(
              "Not uploaded to "
                  + to
                  + " when the training ended: "
                  + parts
                  + "; it is whole in "
                  + from
                  + ", 'cairn push' brings it there"));
    }
  }

  @Override
  public void close() {
    queue.close();
    if (!hasToEnd) {
      awaitLastTry();
    }
  }

  /** Nothing is written to the other place when the training has closed its checkpointer. */
  private void awaitLastTry() {
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(LAST_TRY.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false at the end. */
  private boolean doNext() {
    if (mayTidy && !hasTidied) {
      hasTidied = true; // what fails is left to the next attempt
      removeAbandoned();
      return true;
    }
    Optional<PartName> next = queue.next();
    if (next.isPresent() && uploadUntilDone(next.get())) {
      queue.succeeded();
      applyRetention();
    }
    queue.done();
    return next.isPresent();
  }

  private boolean uploadUntilDone(PartName name) {
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        upload(name);
        return true;
      } catch (CorruptSnapshotException
          | UnsupportedFormatException
          | FileAlreadyExistsException e) {
        events.uploadFailed(failure(name, e));
        return false;
      } catch (IOException | RuntimeException | Error e) {
        if (e instanceof NoSuchFileException && isGone(name)) {
          return false; // retention was faster
        }
        queue.failed();
        events.uploadFailed(failure(name, e));
      }
      queue.pause(pause);
      if (queue.isClosed()) {
        return false; // who opens next may be uploading it again already
      }
      if (queue.isReplaced()) {
        discardData(name);
        return false;
      }
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
  }

  /** It may be the other place that misses something, which is no reason to be silent. */
  private boolean isGone(PartName name) {
    try {
      return Manifests.isGone(from, name);
    } catch (IOException | RuntimeException e) {
      return false; // the next try says what is wrong
    }
  }

  private void upload(PartName name) throws IOException {
    long start = System.nanoTime();
    PartCopy copy = new PartCopy(from, to, this::moved);
    Manifest manifest = copy.copy(name, 0);
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    events.uploaded(new Uploaded(manifest.id(), manifest.dataBytes(), duration));
  }

  private void moved(long bytes) {
    if (queue.moved(bytes)) {
      log.moved();
    }
  }

  private IOException failure(PartName name, Throwable e) {
    return new IOException("Could not upload '" + name + "' to " + to + ": " + Reason.of(e), e);
  }

  /** Data without a manifest is no part, but takes room. */
  private void discardData(PartName name) {
    try {
      to.open(name.manifest()).close(); // it was written, only the answer was lost
    } catch (NoSuchFileException e) {
      deleteData(name);
    } catch (IOException | RuntimeException e) {
      return; // as below
    }
  }

  private void deleteData(PartName name) {
    try {
      for (Compression compression : Compression.values()) {
        to.delete(name.data(compression));
      }
    } catch (IOException | RuntimeException e) {
      return; // the next attempt's retention finds it
    }
  }

  /**
   * Needs other permissions than retention, and less: what stays takes room, and is no snapshot.
   */
  private void removeAbandoned() {
    try {
      sweeper.removeAbandoned();
    } catch (IOException | RuntimeException | Error e) {
      events.sweepFailed(
          new IOException(
              "In "
                  + to
                  + ": "
                  + Reason.of(e)
                  + "; unfinished uploads of earlier attempts stay there, a lifecycle rule of the"
                  + " bucket can remove them",
              e));
    }
  }

  private void applyRetention() {
    if (!mayDelete || !mayTidy) {
      return;
    }
    try {
      sweep();
    } catch (IOException e) {
      deletionFailed(e);
    } catch (RuntimeException | Error e) {
      deletionFailed(new IOException("Retention failed: " + e, e));
    }
  }

  private void sweep() throws IOException {
    Sweeper.Sweep sweep = sweeper.sweep(clock.instant());
    log.gone(sweep.dropped());
    for (IOException failure : sweep.failures()) {
      if (mayDelete) {
        deletionFailed(failure);
      }
    }
  }

  /** A role that may not list or delete never may: that is said once. */
  private void deletionFailed(IOException cause) {
    mayDelete = !(cause instanceof AccessDeniedException);
    String more = mayDelete ? "" : "; nothing more is deleted there by this training";
    events.sweepFailed(new IOException("In " + to + ": " + Reason.of(cause) + more, cause));
  }
}
