// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.cairn.model.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToLongFunction;

/** The policies behind {@link SavePolicy}'s factories. */
final class SavePolicies {
  private SavePolicies() {}

  /**
   * Whether a count has reached a multiple of n that it had not reached at the last save. Saves in
   * between, for whatever reason, do not move the multiples.
   */
  private static boolean reachedMultiple(
      long n, ToLongFunction<Progress> count, Moment moment, SaveHistory history) {
    long before = count.applyAsLong(history.lastSaved().orElse(Progress.START));
    return count.applyAsLong(moment.progress()) / n > before / n;
  }

  record EverySteps(long n) implements SavePolicy {
    EverySteps {
      Check.atLeastOne("everySteps", "n", n);
    }

    @Override
    public boolean shouldSave(Moment moment, SaveHistory history) {
      return reachedMultiple(n, Progress::step, moment, history);
    }

    @Override
    public boolean decidedAlike() {
      return true;
    }

    @Override
    public String toString() {
      return Text.every(n, "step");
    }
  }

  record EveryEpochs(long n) implements SavePolicy {
    EveryEpochs {
      Check.atLeastOne("everyEpochs", "n", n);
    }

    @Override
    public boolean shouldSave(Moment moment, SaveHistory history) {
      return reachedMultiple(n, Progress::epoch, moment, history);
    }

    @Override
    public boolean decidedAlike() {
      return true;
    }

    @Override
    public String toString() {
      return Text.every(n, "epoch");
    }
  }

  record Every(Duration interval) implements SavePolicy {
    Every {
      Check.positive("every", interval);
    }

    @Override
    public boolean shouldSave(Moment moment, SaveHistory history) {
      Duration elapsed = Duration.between(history.lastSaveOrStart(), moment.time());
      return elapsed.abs().compareTo(interval) >= 0; // abs: the clock may have been set far back
    }

    @Override
    public String toString() {
      return "every " + Text.of(interval);
    }
  }

  record OnImprovement(String metric, Goal goal) implements SavePolicy {
    OnImprovement {
      Check.metric("onImprovement", metric);
      Objects.requireNonNull(goal, "goal");
    }

    @Override
    public boolean shouldSave(Moment moment, SaveHistory history) {
      Double value = moment.metrics().get(metric);
      if (value == null || value.isNaN()) {
        return false;
      }
      Range before = history.metrics().get(metric);
      return before == null || goal.isBetter(value, before.best(goal));
    }

    @Override
    public Set<String> metrics() {
      return Set.of(metric);
    }

    @Override
    public String toString() {
      return "on improvement of " + metric + " (" + goal + ")";
    }
  }

  enum Simple implements SavePolicy {
    ON_REQUEST("on request") {
      @Override
      public boolean shouldSave(Moment moment, SaveHistory history) {
        return moment.requested();
      }

      @Override
      public boolean decidedAlike() {
        return false;
      }
    },
    AT_END("at end") {
      @Override
      public boolean shouldSave(Moment moment, SaveHistory history) {
        return moment.last();
      }
    },
    NEVER("never") {
      @Override
      public boolean shouldSave(Moment moment, SaveHistory history) {
        return false;
      }
    };

    private final String text;

    Simple(String text) {
      this.text = text;
    }

    @Override
    public boolean decidedAlike() {
      return true;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  record AnyOf(List<SavePolicy> policies) implements SavePolicy {
    @Override
    public boolean shouldSave(Moment moment, SaveHistory history) {
      return policies.stream().anyMatch(policy -> policy.shouldSave(moment, history));
    }

    @Override
    public boolean decidedAlike() {
      return policies.stream().allMatch(SavePolicy::decidedAlike);
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
