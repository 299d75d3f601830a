// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.model.Rank;
import io.cairn.model.SnapshotId;
import io.cairn.store.Store;
import java.io.IOException;
import java.util.List;

/** A complete snapshot of which every digest was checked. */
public final class VerifiedSnapshot {
  private final Store store;
  private final List<Manifest> manifests;

  VerifiedSnapshot(Store store, List<Manifest> manifests) {
    this.store = store;
    this.manifests = List.copyOf(manifests);
  }

  /** Which snapshot. */
  public SnapshotId id() {
    return manifests.get(0).id();
  }

  /** Where it is. */
  public Store store() {
    return store;
  }

  /** How many parts it has. */
  public int partCount() {
    return manifests.size();
  }

  /** The manifest of a rank's part; rank 0's when the snapshot has one part. */
  public Manifest manifestFor(Rank rank) {
    return manifests.get(partOf(rank));
  }

  /** All data, of all parts. */
  public long bytes() {
    return manifests.stream()
        .flatMap(manifest -> manifest.files().stream())
        .mapToLong(FileEntry::bytes)
        .sum();
  }

  /** Opens the part that holds what is the same on all ranks. */
  public OpenPart openLeaderPart() throws IOException {
    return open(0);
  }

  /** Opens a rank's own part. */
  public OpenPart openPart(Rank rank) throws IOException {
    return open(partOf(rank));
  }

  /** Opens a rank's own part; nothing is read again if that is the leader's. */
  public OpenPart openPart(Rank rank, OpenPart leader) throws IOException {
    return partOf(rank) == 0 ? leader.shared() : openPart(rank);
  }

  private int partOf(Rank rank) {
    return manifests.size() == 1 ? 0 : rank.index();
  }

  private OpenPart open(int part) throws IOException {
    return OpenPart.open(store, manifests.get(part).files().get(0));
  }
}
