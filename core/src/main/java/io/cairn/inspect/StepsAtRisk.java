// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How many steps would have been lost at each moment of an attempt: those since the newest snapshot
 * that was durable then. Steps between two snapshots are taken to have come evenly.
 */
public final class StepsAtRisk {
  private final TreeMap<Instant, Long> positions = new TreeMap<>();
  private final TreeMap<Instant, Long> durable = new TreeMap<>();
  private final long start;

  /**
   * One snapshot of the attempt.
   *
   * @param step its step
   * @param captured when training was there
   * @param durable since when it is safe; empty if it never was, or nobody knows
   */
  public record Save(long step, Instant captured, Optional<Instant> durable) {}

  /**
   * The steps at risk at a moment. Two points of one moment are before and after a snapshot became
   * durable.
   *
   * @param time the moment
   * @param steps how many
   */
  public record Point(Instant time, long steps) {}

  private StepsAtRisk(long start, List<Save> saves) {
    this.start = start;
    for (Save save : saves) {
      positions.merge(save.captured, save.step, Math::max);
      save.durable.ifPresent(time -> durable.merge(time, save.step, Math::max));
    }
  }

  /**
   * Computes the course of one attempt.
   *
   * @param start the step it resumed from, which is durable; 0 if it started from nothing
   * @param saves its snapshots, in any order
   * @return points to be joined by lines, by time
   */
  public static List<Point> of(long start, List<Save> saves) {
    return new StepsAtRisk(start, saves).points();
  }

  private List<Point> points() {
    TreeSet<Instant> moments = new TreeSet<>(Comparator.naturalOrder());
    moments.addAll(positions.keySet());
    moments.addAll(durable.keySet());
    List<Point> points = new ArrayList<>();
    long safe = start;
    for (Instant moment : moments) {
      long position = position(moment);
      points.add(new Point(moment, Math.max(0, position - safe)));
      Long saved = durable.get(moment);
      if (saved != null && saved > safe) {
        safe = saved;
        points.add(new Point(moment, Math.max(0, position - safe)));
      }
    }
    return points;
  }

  /** Behind the last snapshot nothing is known: the training is taken to be where it was. */
  private long position(Instant moment) {
    Map.Entry<Instant, Long> before = positions.floorEntry(moment);
    Map.Entry<Instant, Long> after = positions.ceilingEntry(moment);
    if (before == null || after == null) {
      return before == null ? after.getValue() : before.getValue();
    }
    long span = after.getKey().toEpochMilli() - before.getKey().toEpochMilli();
    if (span <= 0) {
      return before.getValue();
    }
    double share = (double) (moment.toEpochMilli() - before.getKey().toEpochMilli()) / span;
    return before.getValue() + Math.round(share * (after.getValue() - before.getValue()));
  }
}
