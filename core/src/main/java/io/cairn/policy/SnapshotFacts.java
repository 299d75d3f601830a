// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a {@link RetentionPolicy} knows of a snapshot.
 *
 * @param id which snapshot
 * @param progress its position
 * @param time when it was taken, by the clock of the machine that took it
 * @param metrics the metrics known then, by name
 */
public record SnapshotFacts(
    SnapshotId id, Progress progress, Instant time, SortedMap<String, Double> metrics) {

  /**
   * Copies the metrics.
   *
   * @param id which snapshot
   * @param progress its position
   * @param time when it was taken
   * @param metrics the metrics known then
   */
  public SnapshotFacts {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(time, "time");
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }
}
