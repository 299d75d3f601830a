// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * When to save. Pure: the same moment and history give the same answer, on every thread.
 *
 * <p>A policy may say yes twice at one position (the last step of an epoch and the end of that
 * epoch); whoever saves must not save what is there already.
 */
@FunctionalInterface
public interface SavePolicy {

  /**
   * Whether to save now.
   *
   * @param moment where the training is
   * @param history what was before this moment
   * @return true to save
   */
  boolean shouldSave(Moment moment, SaveHistory history);

  /**
   * Whether every rank decides alike without talking to the others: the answer depends on the
   * position alone, never on clocks, metrics or requests.
   *
   * @return true if it is so; false unless a policy says otherwise
   */
  default boolean decidedAlike() {
    return false;
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
   * Saves whenever the step reaches a multiple of n: at the first moment at or past it, if there is
   * none exactly there. Steps count from the start of the training, so a resumed attempt saves
   * where an uninterrupted one would have.
   *
   * @param n steps, at least 1
   * @return the policy; every rank decides alike
   * @throws IllegalArgumentException if n is less than 1
   */
  static SavePolicy everySteps(long n) {
    return new SavePolicies.EverySteps(n);
  }

  /**
   * Saves whenever the number of complete epochs reaches a multiple of n, at the first moment at or
   * past it.
   *
   * @param n epochs, at least 1
   * @return the policy; every rank decides alike
   * @throws IllegalArgumentException if n is less than 1
   */
  static SavePolicy everyEpochs(long n) {
    return new SavePolicies.EveryEpochs(n);
  }

  /**
   * Saves when this much time has passed since the last save, else since the start of the attempt.
   * A clock that was set back delays one save by at most the interval.
   *
   * @param interval the time, more than zero
   * @return the policy; ranks may decide differently
   * @throws IllegalArgumentException if the interval is zero or negative
   */
  static SavePolicy every(Duration interval) {
    return new SavePolicies.Every(interval);
  }

  /**
   * Saves when a metric is better than at all moments before. A moment without the metric, or with
   * NaN, is no improvement and no error.
   *
   * @param metric its name
   * @param goal which values are good
   * @return the policy; ranks may decide differently
   * @throws IllegalArgumentException if the name is blank
   */
  static SavePolicy onImprovement(String metric, Goal goal) {
    return new SavePolicies.OnImprovement(metric, goal);
  }

  /**
   * Saves when somebody asked for it.
   *
   * @return the policy; ranks may decide differently
   */
  static SavePolicy onRequest() {
    return SavePolicies.Simple.ON_REQUEST;
  }

  /**
   * Saves when the training is complete.
   *
   * @return the policy; every rank decides alike
   */
  static SavePolicy atEnd() {
    return SavePolicies.Simple.AT_END;
  }

  /**
   * Never saves.
   *
   * @return the policy; every rank decides alike
   */
  static SavePolicy never() {
    return SavePolicies.Simple.NEVER;
  }

  /**
   * Saves when at least one of the policies says so.
   *
   * @param policies at least one
   * @return the policy; every rank decides alike if it is so for all of them
   * @throws IllegalArgumentException if there are none
   */
  static SavePolicy anyOf(SavePolicy... policies) {
    Check.notEmpty("anyOf", policies.length);
    return policies.length == 1 ? policies[0] : new SavePolicies.AnyOf(List.of(policies));
  }
}
