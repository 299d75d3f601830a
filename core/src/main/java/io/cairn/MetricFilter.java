// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.format.Manifest;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Leaves out metrics that cannot be written, and says so once: a name must not cost a snapshot.
 * Used by one thread.
 */
final class MetricFilter {
  private final CheckpointEvents events;
  private boolean told;

  MetricFilter(CheckpointEvents events) {
    this.events = events;
  }

  SortedMap<String, Double> apply(Map<String, Double> metrics) {
    SortedMap<String, Double> kept = new TreeMap<>();
    metrics.forEach(
        (name, value) -> {
          try {
            Manifest.requireMetricName(name);
            kept.put(name, requireNumber(name, value));
          } catch (IllegalArgumentException e) {
            leftOut(e.getMessage());
          }
        });
    return kept;
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
