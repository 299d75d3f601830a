// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.Catalog;
import io.cairn.commit.PartUpload;
import io.cairn.model.SnapshotId;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.UploadState;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks now and then how far uploads are: reads the markers of SageMaker's agent, if it keeps the
 * folder in step with S3, and warns when nothing moves for too long. Nothing depends on it, and it
 * touches no file.
 */
final class SyncWatch implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Settings settings;
  private final UploadLog log;
  private final int parts;
  private final int attempt;
  private final boolean follows;
  private final Map<SnapshotId, UploadState> seen = new HashMap<>();
  private boolean closed;

  /**
   * Starts the thread.
   *
   * @param follows whether there are markers to follow
   */
  SyncWatch(Settings settings, int parts, int attempt, boolean follows) {
    this.settings = settings;
    this.log = settings.uploads();
    this.parts = parts;
    this.attempt = attempt;
    this.follows = follows;
    Daemon.repeat("cairn-sync-watch-" + settings.run(), Thread.NORM_PRIORITY, this::watch);
  }

  /** Returns false at the end. */
  private synchronized boolean watch() {
    Duration pause = settings.syncStall().dividedBy(4);
    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    try {
      while (!closed) {
        look();
        wait(Math.max(1, pause.toMillis()));
      }
    } catch (InterruptedException e) {
      return true; // left by a listener
    }
    return false;
  }

  private void look() {
    try {
      if (follows) {
        follow(Catalog.read(settings.store(), settings.run()));
      }
    } catch (IOException | RuntimeException e) {
      return; // whoever writes there says what is wrong; the next look tries again
    }
    log.stalled(settings.syncStall()).ifPresent(settings.events()::uploadStalled);
  }

  private void follow(Catalog catalog) {
    int part = settings.owner(parts).index();
    List<PartUpload> uploads = PartUpload.oldestFirst(catalog, part, parts, new SyncMarkers());
    for (PartUpload upload : uploads) {
      if (upload.state() != seen.put(upload.id(), upload.state())
          && upload.state() != UploadState.UNKNOWN) {
        log.moved();
      }
      if (upload.state() == UploadState.UPLOADED && !log.isUploaded(upload.id())) {
        found(upload);
      }
    }
    seen.keySet().retainAll(uploads.stream().map(PartUpload::id).toList());
  }

  /** What an earlier attempt saved was told then; its marker may have come from S3 with it. */
  private void found(PartUpload upload) {
    if (upload.id().attempt() == attempt) {
      settings
          .events()
          .uploaded(
              new CheckpointEvents.Uploaded(
                  upload.id(), upload.dataBytes(), log.sinceCommit(upload.id())));
    } else {
      log.found(upload.id());
    }
  }

  /** Looks once more. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      look();
      notifyAll();
    }
  }
}
