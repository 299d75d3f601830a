// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;
import static java.util.Comparator.reverseOrder;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.minBy;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The policies behind {@link RetentionPolicy}'s factories. */
final class RetentionPolicies {
  private static final Comparator<SnapshotFacts> NEWEST_FIRST =
      comparing(SnapshotFacts::id, reverseOrder());

  private RetentionPolicies() {}

  private static Set<SnapshotId> ids(Stream<SnapshotFacts> snapshots) {
    return snapshots.map(SnapshotFacts::id).collect(toUnmodifiableSet());
  }

  record All() implements RetentionPolicy {
    @Override
    public Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now) {
      return ids(snapshots.stream());
    }

    @Override
    public String toString() {
      return "keep all";
    }
  }

  record Last(int n) implements RetentionPolicy {
    Last {
      Check.atLeastOne("keepLast", "n", n);
    }

    @Override
    public Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now) {
      return ids(snapshots.stream().sorted(NEWEST_FIRST).limit(n));
    }

    @Override
    public OptionalLong most() {
      return OptionalLong.of(n);
    }

    @Override
    public String toString() {
      return "keep last " + n;
    }
  }

  record Best(int k, String metric, Goal goal) implements RetentionPolicy {
    Best {
      Check.atLeastOne("keepBest", "k", k);
      Check.metric("keepBest", metric);
      Objects.requireNonNull(goal, "goal");
    }

    @Override
    public Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now) {
      Comparator<Double> bestFirst = goal == Goal.MIN ? Comparator.naturalOrder() : reverseOrder();
      return ids(
          snapshots.stream()
              .filter(this::isMeasured)
              .sorted(comparing(this::value, bestFirst).thenComparing(NEWEST_FIRST))
              .limit(k));
    }

    private boolean isMeasured(SnapshotFacts snapshot) {
      Double value = snapshot.metrics().get(metric);
      return value != null && !value.isNaN();
    }

    private double value(SnapshotFacts snapshot) {
      return snapshot.metrics().get(metric) + 0.0; // -0.0 becomes 0.0: they are equally good
    }

    @Override
    public OptionalLong most() {
      return OptionalLong.of(k);
    }

    @Override
    public Set<String> metrics() {
      return Set.of(metric);
    }

    @Override
    public String toString() {
      return "keep best " + k + " by " + metric + " (" + goal + ")";
    }
  }

  record EverySteps(long n) implements RetentionPolicy {
    private static final Comparator<SnapshotId> FIRST_STEP_NEWEST_ATTEMPT =
        comparingLong(SnapshotId::step).thenComparing(comparingInt(SnapshotId::attempt).reversed());

    EverySteps {
      Check.atLeastOne("keepEverySteps", "n", n);
    }

    /** The first after a multiple stays the first, whatever is dropped behind it. */
    @Override
    public Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now) {
      return snapshots.stream()
          .map(SnapshotFacts::id)
          .filter(id -> id.step() >= n)
          .collect(groupingBy(id -> id.step() / n, minBy(FIRST_STEP_NEWEST_ATTEMPT)))
          .values()
          .stream()
          .flatMap(Optional::stream)
          .collect(toUnmodifiableSet());
    }

    @Override
    public String toString() {
      return "keep " + Text.every(n, "step");
    }
  }

  record NewerThan(Duration age) implements RetentionPolicy {
    NewerThan {
      Check.positive("keepNewerThan", age);
    }

    @Override
    public Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now) {
      return ids(
          snapshots.stream()
              .filter(snapshot -> Duration.between(snapshot.time(), now).compareTo(age) <= 0));
    }

    @Override
    public String toString() {
      return "keep newer than " + Text.of(age);
    }
  }

  record AnyOf(List<RetentionPolicy> policies) implements RetentionPolicy {
    @Override
    public Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now) {
      return policies.stream()
          .flatMap(policy -> policy.keep(snapshots, now).stream())
          .collect(toUnmodifiableSet());
    }

    @Override
    public OptionalLong most() {
      return policies.stream().anyMatch(policy -> policy.most().isEmpty())
          ? OptionalLong.empty()
          : OptionalLong.of(policies.stream().mapToLong(p -> p.most().getAsLong()).sum());
    }

    @Override
    public Set<String> metrics() {
      return policies.stream()
          .flatMap(policy -> policy.metrics().stream())
          .collect(toUnmodifiableSet());
    }

    @Override
    public String toString() {
      return "any of " + policies;
    }
  }
}
