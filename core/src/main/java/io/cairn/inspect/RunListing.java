// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The snapshots of one run in one place.
 *
 * @param run the run
 * @param newestFirst its snapshots, complete or not
 */
public record RunListing(RunName run, List<SnapshotListing> newestFirst) {

  /**
   * Copies the list.
   *
   * @param run the run
   * @param newestFirst its snapshots
   */
  public RunListing {
    newestFirst = List.copyOf(newestFirst);
  }

  /**
   * The newest snapshot that is complete.
   *
   * @return empty if none is
   */
  public Optional<SnapshotListing> newestComplete() {
    return newestFirst.stream().filter(SnapshotListing::isComplete).findFirst();
  }

  /**
   * The snapshot of a step, by its newest attempt; a complete one before others.
   *
   * @param step the step
   * @return empty if there is none
   */
  public Optional<SnapshotListing> find(long step) {
    List<SnapshotListing> found =
        newestFirst.stream().filter(snapshot -> snapshot.id().step() == step).toList();
    return found.stream()
        .filter(SnapshotListing::isComplete)
        .findFirst()
        .or(() -> found.stream().findFirst());
  }

  /**
   * One snapshot; a complete one before others.
   *
   * @param id which
   * @return empty if there is none
   */
  public Optional<SnapshotListing> find(SnapshotId id) {
    List<SnapshotListing> found =
        newestFirst.stream().filter(snapshot -> snapshot.id().equals(id)).toList();
    return found.stream()
        .filter(SnapshotListing::isComplete)
        .findFirst()
        .or(() -> found.stream().findFirst());
  }

  /**
   * The complete snapshots on the way to the newest one, oldest first: those of its attempt, then
   * those up to the snapshot that attempt resumed from, and so on. Steps that were trained again
   * after a restart are there once.
   *
   * @return the way; empty if no snapshot is complete
   */
  public List<SnapshotListing> lineage() {
    List<SnapshotListing> way = new ArrayList<>();
    SnapshotListing last = null;
    for (SnapshotListing candidate : newestFirst) {
      if (candidate.isComplete() && (last == null || precedes(candidate, last))) {
        way.add(candidate);
        last = candidate;
      }
    }
    Collections.reverse(way);
    return way;
  }

  /** Of the same attempt, or at or before the snapshot that attempt resumed from. */
  private static boolean precedes(SnapshotListing candidate, SnapshotListing last) {
    if (candidate.id().attempt() == last.id().attempt()) {
      return candidate.id().step() < last.id().step();
    }
    return last.details()
        .flatMap(SnapshotDetails::resumedFrom)
        .filter(from -> candidate.id().attempt() == from.attempt())
        .filter(from -> candidate.id().step() <= from.step())
        .isPresent();
  }
}
