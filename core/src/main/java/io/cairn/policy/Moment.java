// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import io.cairn.model.Progress;
import java.time.Instant;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A point between two steps at which saving is possible: what a {@link SavePolicy} decides from.
 *
 * @param progress the position; at the end of an epoch that epoch is counted already
 * @param epochEnd whether this position is the end of an epoch
 * @param last whether the training is complete
 * @param requested whether somebody asked for a snapshot
 * @param time when it is
 * @param metrics the metrics known by now, by name; empty if none are
 */
public record Moment(
    Progress progress,
    boolean epochEnd,
    boolean last,
    boolean requested,
    Instant time,
    SortedMap<String, Double> metrics) {

  /**
   * Copies the metrics.
   *
   * @param progress the position
   * @param epochEnd whether this position is the end of an epoch
   * @param last whether the training is complete
   * @param requested whether somebody asked for a snapshot
   * @param time when it is
   * @param metrics the metrics known by now
   */
  public Moment {
    Objects.requireNonNull(progress, "progress");
    Objects.requireNonNull(time, "time");
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }
}
