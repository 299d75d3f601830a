// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.SnapshotId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * One life of the training, as far as its snapshots that are still there tell.
 *
 * @param number its number
 * @param resumedFrom the snapshot it started from; empty if it started from nothing, or no manifest
 *     of it can be read
 * @param trainedAgain how many steps it trained that the attempt before had trained already: at
 *     least so many, because that one may have gone on beyond its last snapshot; empty for the
 *     first, and if no manifest of it can be read
 * @param oldestFirst its snapshots, complete or not
 */
public record RunAttempt(
    int number,
    Optional<SnapshotId> resumedFrom,
    OptionalLong trainedAgain,
    List<SnapshotListing> oldestFirst) {

  /**
   * Copies the list.
   *
   * @param number its number
   * @param resumedFrom the snapshot it started from
   * @param trainedAgain how many steps it trained again
   * @param oldestFirst its snapshots
   */
  public RunAttempt {
    oldestFirst = List.copyOf(oldestFirst);
  }

  /**
   * The attempts of a run that left snapshots.
   *
   * @param run the run
   * @return by number
   */
  public static List<RunAttempt> of(RunListing run) {
    TreeMap<Integer, List<SnapshotListing>> byNumber = new TreeMap<>();
    for (SnapshotListing snapshot : run.newestFirst()) {
      byNumber.computeIfAbsent(snapshot.id().attempt(), n -> new ArrayList<>()).add(0, snapshot);
    }
    List<RunAttempt> attempts = new ArrayList<>();
    OptionalLong reached = OptionalLong.empty();
    for (var entry : byNumber.entrySet()) {
      List<SnapshotListing> snapshots = entry.getValue();
      snapshots.sort(Comparator.comparingLong(snapshot -> snapshot.id().step()));
      attempts.add(attempt(entry.getKey(), snapshots, reached));
      reached = OptionalLong.of(snapshots.get(snapshots.size() - 1).id().step());
    }
    return attempts;
  }

  private static RunAttempt attempt(
      int number, List<SnapshotListing> snapshots, OptionalLong reached) {
    Optional<SnapshotDetails> details =
        snapshots.stream().flatMap(snapshot -> snapshot.details().stream()).findFirst();
    Optional<SnapshotId> from = details.flatMap(SnapshotDetails::resumedFrom);
    OptionalLong again = OptionalLong.empty();
    if (reached.isPresent() && details.isPresent()) {
      long start = from.map(SnapshotId::step).orElse(0L);
      again = OptionalLong.of(Math.max(0, reached.getAsLong() - start));
    }
    return new RunAttempt(number, from, again, snapshots);
  }

  /**
   * When its first snapshot was captured.
   *
   * @return empty if no manifest of it can be read
   */
  public Optional<Instant> first() {
    return times().stream().min(Comparator.naturalOrder());
  }

  /**
   * When its last snapshot was captured.
   *
   * @return empty if no manifest of it can be read
   */
  public Optional<Instant> last() {
    return times().stream().max(Comparator.naturalOrder());
  }

  private List<Instant> times() {
    return oldestFirst.stream()
        .flatMap(snapshot -> snapshot.details().stream())
        .map(SnapshotDetails::time)
        .toList();
  }
}
