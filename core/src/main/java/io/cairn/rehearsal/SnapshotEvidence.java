// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotCatalog;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotListing;
import io.cairn.model.SnapshotId;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.LocalStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What Cairn's files in the folders of an attempt's hosts tell of it. */
final class SnapshotEvidence {
  /** An attempt of a run. */
  private record Life(String run, int attempt) {}

  private final Set<Life> before = new HashSet<>();
  private final Optional<SnapshotId> available;
  private final List<SnapshotListing> added = new ArrayList<>();

  /** Looks at the folder of a host before its training starts. */
  SnapshotEvidence(Path checkpoints) throws IOException {
    List<SnapshotListing> restored = snapshots(checkpoints);
    restored.forEach(snapshot -> before.add(life(snapshot)));
    available =
        restored.stream()
            .filter(SnapshotListing::isComplete)
            .map(SnapshotListing::id)
            .max(Comparator.naturalOrder());
  }

  private static List<SnapshotListing> snapshots(Path checkpoints) throws IOException {
    return SnapshotCatalog.read(LocalStore.in(checkpoints), new SyncMarkers()).runs().stream()
        .map(RunListing::newestFirst)
        .flatMap(List::stream)
        .toList();
  }

  private static Life life(SnapshotListing snapshot) {
    return new Life(snapshot.run().value(), snapshot.id().attempt());
  }

  /** Looks at the folder of a host after its training has ended. */
  void look(Path checkpoints) throws IOException {
    snapshots(checkpoints).stream()
        .filter(snapshot -> !before.contains(life(snapshot)))
        .forEach(added::add);
  }

  /** The newest snapshot that was complete before. */
  Optional<SnapshotId> available() {
    return available;
  }

  /** Where the attempt went on, by the manifests of what it saved. */
  Optional<ResumePoint> resume() {
    return added.stream()
        .flatMap(snapshot -> snapshot.details().stream())
        .map(SnapshotDetails::resumedFrom)
        .findFirst()
        .map(from -> ResumePoint.of(from, ResumePoint.Evidence.MANIFEST));
  }

  /** The newest step of which anything was written. */
  OptionalLong reached() {
    return added.stream().mapToLong(snapshot -> snapshot.id().step()).max();
  }
}
