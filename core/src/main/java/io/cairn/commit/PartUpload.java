// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.SnapshotId;
import io.cairn.store.UploadState;
import io.cairn.store.UploadTracker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far the upload of one rank's part of a snapshot is.
 *
 * @param id the snapshot
 * @param state uploaded if all its files are
 * @param dataBytes the size of its data file
 */
public record PartUpload(SnapshotId id, UploadState state, long dataBytes) {

  /** The whole parts of one number, among snapshots of so many parts. */
  public static List<PartUpload> oldestFirst(
      Catalog catalog, int part, int parts, UploadTracker tracker) {
    List<PartUpload> uploads = new ArrayList<>();
    for (Candidate candidate : catalog.newestFirst()) {
      if (candidate.partCount() == parts
          && candidate.hasManifest(part)
          && candidate.hasData(part)) {
        uploads.add(0, of(candidate, candidate.part(part), catalog, tracker));
      }
    }
    return uploads;
  }

  private static PartUpload of(
      Candidate candidate, PartName part, Catalog catalog, UploadTracker tracker) {
    long dataBytes = 0;
    boolean all = true;
    boolean any = false;
    for (String name : candidate.files().keySet()) {
      Optional<PartName.File> file = PartName.parse(name).filter(f -> f.part().equals(part));
      if (file.isPresent()) {
        UploadState state = tracker.stateOf(name, catalog.allNames());
        all &= state == UploadState.UPLOADED;
        any |= state != UploadState.UNKNOWN;
        boolean data = file.get().kind() == PartName.Kind.DATA;
        dataBytes += data ? candidate.files().get(name) : 0;
      }
    }
    UploadState state = all ? UploadState.UPLOADED : UploadState.UPLOADING;
    return new PartUpload(candidate.id(), any ? state : UploadState.UNKNOWN, dataBytes);
  }
}
