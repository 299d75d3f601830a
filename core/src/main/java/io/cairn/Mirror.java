// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.Candidate;
import io.cairn.commit.Catalog;
import io.cairn.commit.PartCopy;
import io.cairn.commit.PartName;
import io.cairn.commit.SnapshotChooser;
import io.cairn.commit.Sweeper;
import io.cairn.format.Manifest;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import io.cairn.model.Refusal;
import io.cairn.model.SnapshotId;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.Store;
import io.cairn.store.UploadState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The second place of the snapshots, such as S3: looked at when a training starts, and written to
 * while it runs.
 */
final class Mirror {
  private final Settings settings;
  private final Store store;
  private final Catalog catalog;

  private Mirror(Settings settings, Store store, Catalog catalog) {
    this.settings = settings;
    this.store = store;
    this.catalog = catalog;
  }

  /**
   * Looks at the second place, if there is one.
   *
   * @throws CheckpointException if it cannot be listed: to train from the beginning beside
   *     snapshots that were not seen would be worse
   */
  static Optional<Mirror> of(Settings settings) throws CheckpointException {
    if (settings.mirror().isEmpty()) {
      return Optional.empty();
    }
    Store store = settings.mirror().get();
    try {
      return Optional.of(new Mirror(settings, store, Catalog.read(store, settings.run())));
    } catch (IOException e) {
      throw new CheckpointException(
          "Could not list " + store + " to look for snapshots: " + Reason.of(e), e);
    }
  }

  Store store() {
    return store;
  }

  Catalog catalog() {
    return catalog;
  }

  int highestAttempt() throws CheckpointException {
    try {
      return catalog.highestAttempt(store.abandoned());
    } catch (IOException e) {
      throw new CheckpointException(
          "Could not list " + store + " to look for unfinished files: " + Reason.of(e), e);
    }
  }

  /**
   * Brings the newest complete snapshot to the folder if it is newer than what is there; if that
   * one is damaged, the one before. What cannot be brought is restored without a copy.
   *
   * @return whether the folder changed
   */
  boolean fetchNewer(Catalog local) {
    Optional<SnapshotId> have =
        local.newestFirst().stream()
            .filter(Candidate::isCompleteByNames)
            .findFirst()
            .map(Candidate::id);
    for (Candidate candidate : catalog.newestFirst()) {
      if (have.isPresent() && candidate.id().compareTo(have.get()) <= 0) {
        return false;
      }
      try {
        if (candidate.isCompleteByNames() && isFetched(candidate)) {
          return true;
        }
      } catch (IOException | RuntimeException e) {
        settings.events().fetchFailed(new IOException(failed(candidate, e), e));
        return false;
      }
    }
    return false;
  }

  /** False if it is damaged: restoring will refuse it, and say why. */
  private boolean isFetched(Candidate candidate) throws IOException {
    try {
      fetch(candidate);
      return true;
    } catch (CorruptSnapshotException | NoSuchFileException e) {
      return false;
    }
  }

  private String failed(Candidate candidate, Exception e) {
    return "Could not copy snapshot "
        + candidate.id()
        + " from "
        + store
        + " to "
        + settings.store()
        + ", it is read from there without a copy: "
        + Reason.of(e);
  }

  private void fetch(Candidate candidate) throws IOException {
    long start = System.nanoTime();
    PartCopy copy = new PartCopy(store, settings.store(), bytes -> {});
    long bytes = 0;
    for (int part = 0; part < candidate.partCount(); part++) {
      PartName name = candidate.part(part);
      Manifest manifest = copy.copy(name, candidate.files().get(name.manifest()));
      bytes += manifest.dataBytes();
    }
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    settings.events().fetched(new CheckpointEvents.Fetched(candidate.id(), bytes, duration));
  }

  /** Lets a restore choose among the snapshots here, too. */
  void offer(SnapshotChooser chooser) {
    chooser.alsoIn(store, catalog);
  }

  private List<PartName> parts() {
    List<PartName> parts = new ArrayList<>();
    for (Candidate candidate : catalog.newestFirst()) {
      for (int part = 0; candidate.isCompleteByNames() && part < candidate.partCount(); part++) {
        parts.add(candidate.part(part));
      }
    }
    return parts;
  }

  /** Knows what is here already, and what is on its way. */
  UploadQueue queue(int parts) {
    return new UploadQueue(parts == 1, parts(), new SyncMarkers());
  }

  /**
   * Says what is here, and starts to upload, beginning with the snapshot that was resumed from if
   * it is not here.
   */
  Uploader start(UploadQueue queue, int attempt, int parts, Resume.Resumed resumed) {
    int mine = parts == 1 ? 0 : settings.rank().index();
    Function<SnapshotId, PartName> part = id -> new PartName(settings.run(), id, mine, parts);
    Sweeper sweeper =
        new Sweeper(
                store,
                settings.run(),
                settings.owner(parts),
                attempt,
                settings.policies().retention(),
                (name, all) -> UploadState.UNKNOWN,
                resumed.refusals().stream().map(Refusal::id).collect(Collectors.toSet()))
            .keepingAllAwaited();
    Set<PartName> present = Set.copyOf(parts());
    catalog.newestFirst().stream()
        .map(Candidate::id)
        .filter(id -> present.contains(part.apply(id)))
        .forEach(settings.uploads()::found);
    Uploader uploader = new Uploader(settings, store, queue, part, sweeper, parts == 1);
    resumed.from().filter(id -> !present.contains(part.apply(id))).ifPresent(uploader::upload);
    return uploader;
  }
}
