// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Progress;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.policy.Range;
import io.cairn.policy.SaveHistory;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/** Best-so-far of every metric, kept in a section of the snapshot so that policies go on alike. */
final class HistorySection {
  private static final String SECTION = "cairn";
  private static final String MIN = "min/";
  private static final String MAX = "max/";

  private HistorySection() {}

  static void write(StateSink sink, SaveHistory history) {
    SectionSink section = own(sink);
    history
        .metrics()
        .forEach(
            (metric, range) ->
                section.value(MIN + metric, range.min()).value(MAX + metric, range.max()));
  }

  private static SectionSink own(StateSink sink) {
    try {
      return sink.section(SECTION);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Section '" + SECTION + "' is for what Cairn saves itself; give yours another name", e);
    }
  }

  static SaveHistory read(StateSource source, Progress progress, Instant now)
      throws CheckpointException {
    SortedMap<String, Range> metrics = new TreeMap<>();
    SectionSource section = source.section(SECTION);
    for (String name : section.valueNames()) {
      if (name.startsWith(MIN)) {
        String metric = name.substring(MIN.length());
        metrics.put(
            metric, range(metric, section.doubleValue(name), section.doubleValue(MAX + metric)));
      }
    }
    return SaveHistory.resumedAt(progress, now, metrics);
  }

  private static Range range(String metric, double min, double max)
      throws CorruptSnapshotException {
    try {
      return new Range(min, max);
    } catch (IllegalArgumentException e) {
      throw new CorruptSnapshotException(
          "Section '"
              + SECTION
              + "' cannot be what was saved for metric '"
              + metric
              + "': "
              + e.getMessage(),
          e);
    }
  }
}
