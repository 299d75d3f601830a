// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.commit.Candidate;
import io.cairn.commit.Manifests;
import io.cairn.commit.PartName;
import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.inspect.SnapshotListing.Status;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Reason;
import io.cairn.model.RunName;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.store.Store;
import io.cairn.store.UploadState;
import io.cairn.store.UploadTracker;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads the manifests of candidates and compares sizes. */
final class SnapshotLister {
  private final Store store;
  private final UploadTracker uploads;
  private final Set<String> allNames;

  SnapshotLister(Store store, UploadTracker uploads, Set<String> allNames) {
    this.store = store;
    this.uploads = uploads;
    this.allNames = allNames;
  }

  /** What is known so far. The first problem of the worst kind is the one that is told. */
  private static final class Known {
    private Status status = Status.COMPLETE;
    private String problem = "";
    private Optional<SnapshotDetails> details = Optional.empty();
    private boolean vanished;

    void add(Status worse, String why) {
      if (worse.compareTo(status) > 0) {
        status = worse;
        problem = why;
      }
    }
  }

  /**
   * What there is to say of a snapshot.
   *
   * @return empty if it vanished since the place was listed, as when a training drops it
   */
  Optional<SnapshotListing> list(RunName run, Candidate candidate) {
    Known known = new Known();
    if (!candidate.isCompleteByNames()) {
      known.add(Status.INCOMPLETE, candidate.whatIsMissing());
    }
    for (int part = 0; part < candidate.partCount(); part++) {
      if (candidate.hasManifest(part)) {
        readManifest(candidate, candidate.part(part), known);
      }
    }
    if (known.vanished) {
      return Optional.empty();
    }
    return Optional.of(
        new SnapshotListing(
            run,
            candidate.id(),
            candidate.partCount(),
            known.status,
            known.problem,
            known.details,
            new TreeMap<>(candidate.files()),
            upload(candidate)));
  }

  private void readManifest(Candidate candidate, PartName part, Known known) {
    try {
      Manifest manifest = Manifests.read(store, part, candidate.files().get(part.manifest()));
      known.details = known.details.or(() -> Optional.of(SnapshotDetails.of(manifest)));
      for (FileEntry file : manifest.files()) {
        compareSize(candidate, file, known);
      }
    } catch (UnsupportedFormatException e) {
      known.add(Status.UNSUPPORTED, e.getMessage());
    } catch (CorruptSnapshotException e) {
      known.add(Status.DAMAGED, e.getMessage());
    } catch (NoSuchFileException e) {
      known.vanished = true;
    } catch (IOException e) {
      known.add(
          Status.UNREADABLE, "Manifest '" + part.manifest() + "' cannot be read: " + Reason.of(e));
    }
  }

  private static void compareSize(Candidate candidate, FileEntry file, Known known)
      throws CorruptSnapshotException {
    Long listed = candidate.files().get(file.name());
    if (listed == null) {
      known.add(Status.INCOMPLETE, "Data file '" + file.name() + "' is missing");
    } else {
      file.requireSize(listed);
    }
  }

  private UploadState upload(Candidate candidate) {
    Set<UploadState> states = EnumSet.noneOf(UploadState.class);
    candidate.files().keySet().forEach(name -> states.add(uploads.stateOf(name, allNames)));
    if (states.equals(EnumSet.of(UploadState.UPLOADED))) {
      return UploadState.UPLOADED;
    }
    boolean begun = states.contains(UploadState.UPLOADING) || states.contains(UploadState.UPLOADED);
    return begun ? UploadState.UPLOADING : UploadState.UNKNOWN;
  }
}
