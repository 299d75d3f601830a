// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Progress;
import io.cairn.policy.Moment;
import io.cairn.policy.SaveHistory;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks whether a training has the metrics that its policies ask for: of a name that is not quite
 * right nothing else would ever be seen. Used by one thread.
 */
final class MetricCheck {
  private static final int ENOUGH_STEPS = 10;

  private final Set<String> missing;
  private final Set<String> told = new TreeSet<>();
  private int stepsThatTold;
  private boolean done;

  MetricCheck(Settings settings, SaveHistory history) {
    missing = new TreeSet<>(settings.policies().save().metrics());
    missing.addAll(settings.policies().retention().metrics());
    missing.removeAll(history.metrics().keySet());
    done = missing.isEmpty();
  }

  /**
   * Once, when a first epoch has ended, or the training: by then it has told what it tells. One
   * without epochs may be long, and has by the tenth step at which it told something.
   */
  Optional<String> warning(Moment moment) {
    if (done) {
      return Optional.empty();
    }
    told.addAll(moment.metrics().keySet());
    missing.removeAll(told);
    boolean complete = moment.epochEnd() || moment.last();
    if (!complete && !isEnough(moment)) {
      return Optional.empty();
    }
    done = true;
    return missing.isEmpty() ? Optional.empty() : Optional.of(warning(moment.progress(), complete));
  }

  private boolean isEnough(Moment moment) {
    boolean hasEpochs = !moment.progress().equals(Progress.ofStep(moment.progress().step()));
    if (!hasEpochs && !moment.metrics().isEmpty()) {
      stepsThatTold++;
    }
    return stepsThatTold >= ENOUGH_STEPS;
  }

  private String warning(Progress now, boolean complete) {
    return "When to save or what to keep goes by "
        + missing
        + ", but the training has told "
        + (told.isEmpty() ? "no metrics" : "the metrics " + told)
        + " up to "
        + now
        + ": nothing is saved or kept for the sake of "
        + missing
        + (complete ? "" : " until it is told")
        + ". Correct the name (upper and lower case count), or tell the metric";
  }
}
