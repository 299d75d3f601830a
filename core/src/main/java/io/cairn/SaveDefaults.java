// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.sagemaker.CheckpointSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * When to save, where the builder does not say it, and what several ranks have to know of it.
 *
 * @param apart whether ranks save state of their own, so that all have to save at the same steps
 * @param agreeing whether they can agree on it
 */
record SaveDefaults(boolean apart, boolean agreeing) {
  /** Long enough for epochs of any length, short enough to lose little. */
  private static final Duration INTERVAL = Duration.ofMinutes(5);

  /** Hyperparameters name triggers; the end and requests come on top of them. */
  SavePolicy policy(CheckpointSettings told) {
    SavePolicy triggers = told.savePolicy().orElseGet(this::triggers);
    List<SavePolicy> all = new ArrayList<>(List.of(triggers));
    if (mayDrift()) {
      all.add(SavePolicy.onRequest());
    }
    if (told.atEnd().orElse(true)) {
      all.add(SavePolicy.atEnd());
    }
    return SavePolicy.anyOf(all.toArray(SavePolicy[]::new));
  }

  WhenBusy whenBusy() {
    return apart ? WhenBusy.WAIT : WhenBusy.SKIP;
  }

  private SavePolicy triggers() {
    SavePolicy epochs = SavePolicy.everyEpochs(1);
    return mayDrift() ? SavePolicy.anyOf(epochs, SavePolicy.every(INTERVAL)) : epochs;
  }

  /** Whether each rank may decide by its own clock. */
  private boolean mayDrift() {
    return !apart || agreeing;
  }

  /** Each rank drops its own parts by the metrics that it was told itself. */
  Optional<String> warning(RetentionPolicy retention) {
    if (!apart || retention.metrics().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "Several ranks save state of their own, and what to keep goes by "
            + new TreeSet<>(retention.metrics())
            + ": each rank keeps the parts that are best by its own metrics. Tell the same values on"
            + " all ranks, or the best snapshot loses the parts of those that tell others, or none");
  }

  /** Why ranks that cannot agree would save at different steps, if they would. */
  List<String> problems(SavePolicy policy, WhenBusy busy) {
    List<String> problems = new ArrayList<>();
    if (!mayDrift() && !policy.decidedAlike()) {
      problems.add(
          "several ranks save state of their own, but would decide differently when to save ("
              + policy
              + "): use steps and epochs only, or hand in an agreement");
    }
    if (apart && busy != WhenBusy.WAIT) { // which disk is busy, no agreement knows
      problems.add(
          "several ranks save state of their own, but each would skip other snapshots"
              + " (checkpoint_when_busy "
              + busy
              + "): use wait");
    }
    return problems;
  }
}
