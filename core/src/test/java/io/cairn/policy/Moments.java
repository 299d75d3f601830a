// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import io.cairn.model.Progress;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Moments for tests, at noon unless said otherwise. */
final class Moments {
  static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private Moments() {}

  static Moment atStep(long step) {
    return at(Progress.ofStep(step));
  }

  static Moment at(Progress progress) {
    return new Moment(progress, false, false, false, NOON, new TreeMap<>());
  }

  static Moment atTime(Instant time) {
    return new Moment(Progress.ofStep(1), false, false, false, time, new TreeMap<>());
  }

  static Moment withMetrics(Map<String, Double> metrics) {
    return new Moment(Progress.ofStep(1), true, false, false, NOON, new TreeMap<>(metrics));
  }

  static Moment lastMoment() {
    return new Moment(Progress.ofStep(1), false, true, false, NOON, new TreeMap<>());
  }

  static Moment requestedMoment() {
    return new Moment(Progress.ofStep(1), false, false, true, NOON, new TreeMap<>());
  }
}
