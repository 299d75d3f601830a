// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which snapshots to keep. Pure: the same facts give the same answer, in whatever order they come.
 *
 * <p>A policy says what it wants; the sweep keeps more where dropping would be unsafe (the newest
 * complete snapshot, what is being uploaded, what others own). "Newer" is the order of {@link
 * SnapshotId}: by step, then attempt.
 */
@FunctionalInterface
public interface RetentionPolicy {

  /**
   * Which of the snapshots to keep.
   *
   * @param snapshots in any order: complete ones, and those of which this rank wrote its part in
   *     this attempt, with what the manifest of its part says
   * @param now the time
   * @return the ids of those to keep; the others may be dropped
   */
  Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now);

  /**
   * The most snapshots it keeps, however long a training takes. Only for a warning that the disk is
   * too small.
   *
   * @return empty if there is no limit, or none is known
   */
  default OptionalLong most() {
    return OptionalLong.empty();
  }

  /**
   * The metrics it looks at. Only for a warning that the training does not have them.
   *
   * @return their names; empty if there are none, or none are known
   */
  default Set<String> metrics() {
    return Set.of();
  }

  /**
   * Keeps everything.
   *
   * @return the policy
   */
  static RetentionPolicy keepAll() {
    return new RetentionPolicies.All();
  }

  /**
   * Keeps the newest ones.
   *
   * @param n how many, at least 1
   * @return the policy
   * @throws IllegalArgumentException if n is less than 1
   */
  static RetentionPolicy keepLast(int n) {
    return new RetentionPolicies.Last(n);
  }

  /**
   * Keeps the best ones; of two equally good ones the newer. Snapshots without the metric, or with
   * NaN, are never best.
   *
   * @param k how many, at least 1
   * @param metric the metric's name
   * @param goal which values are good
   * @return the policy
   * @throws IllegalArgumentException if k is less than 1 or the name is blank
   */
  static RetentionPolicy keepBest(int k, String metric, Goal goal) {
    return new RetentionPolicies.Best(k, metric, goal);
  }

  /**
   * Keeps the first snapshot at or past each multiple of n steps, of its newest attempt.
   *
   * @param n steps, at least 1
   * @return the policy
   * @throws IllegalArgumentException if n is less than 1
   */
  static RetentionPolicy keepEverySteps(long n) {
    return new RetentionPolicies.EverySteps(n);
  }

  /**
   * Keeps those that are at most this old, and those from the future (clocks differ).
   *
   * @param age the age, more than zero
   * @return the policy
   * @throws IllegalArgumentException if the age is zero or negative
   */
  static RetentionPolicy keepNewerThan(Duration age) {
    return new RetentionPolicies.NewerThan(age);
  }

  /**
   * Keeps what at least one of the policies keeps.
   *
   * @param policies at least one
   * @return the policy
   * @throws IllegalArgumentException if there are none
   */
  static RetentionPolicy anyOf(RetentionPolicy... policies) {
    Check.notEmpty("anyOf", policies.length);
    return policies.length == 1 ? policies[0] : new RetentionPolicies.AnyOf(List.of(policies));
  }
}
