// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import io.cairn.model.Progress;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a {@link SavePolicy} knows of the past. Immutable; {@link #after} gives the next one.
 *
 * @param lastSaved the position of the last save that was decided, or the one this attempt resumed
 *     from; empty in a fresh training before its first save
 * @param lastSaveOrStart when the last save of this attempt was decided, else when the attempt
 *     started
 * @param metrics the values each metric has had at all moments so far, saved or not
 */
public record SaveHistory(
    Optional<Progress> lastSaved, Instant lastSaveOrStart, SortedMap<String, Range> metrics) {

  /**
   * Copies the metrics.
   *
   * @param lastSaved the position of the last save that was decided
   * @param lastSaveOrStart when the last save of this attempt was decided
   * @param metrics the values each metric has had at all moments so far
   */
  public SaveHistory {
    Objects.requireNonNull(lastSaved, "lastSaved");
    Objects.requireNonNull(lastSaveOrStart, "lastSaveOrStart");
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /**
   * The history of a fresh training.
   *
   * @param time when it started
   * @return nothing saved, no metrics
   */
  public static SaveHistory startedAt(Instant time) {
    return new SaveHistory(Optional.empty(), time, new TreeMap<>());
  }

  /**
   * The history of a training that goes on from a snapshot.
   *
   * @param position the snapshot's position
   * @param time when this attempt started
   * @param metrics the values each metric has had up to that position
   * @return the history at the snapshot
   */
  public static SaveHistory resumedAt(
      Progress position, Instant time, SortedMap<String, Range> metrics) {
    return new SaveHistory(Optional.of(position), time, metrics);
  }

  /**
   * The history after one more moment.
   *
   * @param moment the moment
   * @param saved whether the policy decided to save, even if the snapshot was then skipped or
   *     failed: only so do all ranks go on deciding alike
   * @return the next history; NaN metrics leave no trace in it
   */
  public SaveHistory after(Moment moment, boolean saved) {
    SortedMap<String, Range> seen = new TreeMap<>(metrics);
    for (Map.Entry<String, Double> metric : moment.metrics().entrySet()) {
      if (!metric.getValue().isNaN()) {
        seen.merge(metric.getKey(), Range.of(metric.getValue()), Range::including);
      }
    }
    return saved
        ? new SaveHistory(Optional.of(moment.progress()), moment.time(), seen)
        : new SaveHistory(lastSaved, lastSaveOrStart, seen);
  }
}
