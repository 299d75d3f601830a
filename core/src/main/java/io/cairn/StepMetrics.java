// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.format.Manifest;
import io.cairn.model.Progress;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was told at a step belongs to its snapshot, whenever that is taken. Metrics that cannot be
 * written are left out, which is said once: a name must not cost a snapshot. Used by one thread.
 */
final class StepMetrics {
  private final CheckpointEvents events;
  private final SortedMap<String, Double> atStep = new TreeMap<>();
  private long step = -1;
  private boolean told;

  StepMetrics(CheckpointEvents events) {
    this.events = events;
  }

  /** All that were told at this step, the latest values. */
  SortedMap<String, Double> tell(Progress now, Map<String, Double> metrics) {
    if (now.step() != step) {
      atStep.clear();
      step = now.step();
    }
    metrics.forEach(this::add);
    return atStep;
  }

  private void add(String name, Double value) {
    try {
      Manifest.requireMetricName(Objects.requireNonNullElse(name, ""));
      atStep.put(name, requireNumber(name, value));
    } catch (IllegalArgumentException e) {
      leftOut(e.getMessage());
    }
  }

  private static Double requireNumber(String name, Double value) {
    if (value == null) {
      throw new IllegalArgumentException("The metric '" + name + "' was told without a value");
    }
    return value;
  }

  private void leftOut(String reason) {
    if (!told) {
      told = true;
      events.warned(
          reason
              + ". It is left out: neither saved nor seen by policies; further ones like it are"
              + " left out without a word");
    }
  }
}
