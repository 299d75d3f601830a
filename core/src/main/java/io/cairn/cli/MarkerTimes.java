// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.SnapshotListing;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.UploadState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** When SageMaker's agent said that a snapshot is in S3: the time of its last marker. */
final class MarkerTimes {
  private final Optional<Path> folder;

  MarkerTimes(String place) {
    folder = StoreLocator.isFolder(place) ? Optional.of(Path.of(place)) : Optional.empty();
  }

  Optional<Instant> uploaded(SnapshotListing snapshot) {
    if (folder.isEmpty() || snapshot.upload() != UploadState.UPLOADED) {
      return Optional.empty();
    }
    try {
      Instant last = Instant.MIN;
      for (String file : snapshot.files().keySet()) {
        Path marker = folder.get().resolve(file + SyncMarkers.UPLOADED_SUFFIX);
        Instant time = Files.getLastModifiedTime(marker).toInstant();
        last = time.isAfter(last) ? time : last;
      }
      return Optional.of(last);
    } catch (IOException e) {
      return Optional.empty(); // markers come and go
    }
  }
}
