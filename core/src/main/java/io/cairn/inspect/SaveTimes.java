// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the log lines of a run tell of the time its snapshots took; manifests do not hold it. If
 * several ranks logged the same snapshot, the slowest counts. Used by one thread.
 */
public final class SaveTimes implements Consumer<String> {
  private static final String CAIRN = "cairn event=";
  private static final Pattern TIMED =
      Pattern.compile(
          "cairn event=(captured|committed|uploaded) run=([^\\s\"]{1,200}) step=(\\d{1,12}) [^\"]*?"
              + "attempt=(\\d{1,6}) [^\"]*?(?:stall|write|upload)_ms=(\\d{1,12}(?:\\.\\d{1,9})?)");
  private static final Pattern STOP =
      Pattern.compile("cairn event=stop_requested run=([^\\s\"]{1,200}) ");

  private final RunName run;
  private final Map<SnapshotId, Double> stalls = new HashMap<>();
  private final Map<SnapshotId, Double> writes = new HashMap<>();
  private final Map<SnapshotId, Double> uploads = new HashMap<>();
  private long stops;

  /**
   * Nothing is known yet.
   *
   * @param run whose lines to look at
   */
  public SaveTimes(RunName run) {
    this.run = run;
  }

  /**
   * The times of a snapshot, in milliseconds.
   *
   * @param stall how long training stood still; empty if no line says it
   * @param write from the start of writing until durable; empty if no line says it
   * @param upload how long the upload took, without waiting for earlier ones; empty if no line says
   *     it
   */
  public record Times(OptionalDouble stall, OptionalDouble write, OptionalDouble upload) {}

  /**
   * Reads a line of any kind.
   *
   * @param line without its end
   */
  @Override
  public void accept(String line) {
    if (!line.contains(CAIRN)) {
      return;
    }
    Matcher timed = TIMED.matcher(line);
    if (timed.find() && timed.group(2).equals(run.value())) {
      int attempt = Integer.parseInt(timed.group(4));
      if (attempt > 0) {
        SnapshotId id = new SnapshotId(Long.parseLong(timed.group(3)), attempt);
        of(timed.group(1)).merge(id, Double.valueOf(timed.group(5)), Math::max);
      }
      return;
    }
    Matcher stop = STOP.matcher(line);
    if (stop.find() && stop.group(1).equals(run.value())) {
      stops++;
    }
  }

  private Map<SnapshotId, Double> of(String event) {
    return switch (event) {
      case "captured" -> stalls;
      case "committed" -> writes;
      default -> uploads;
    };
  }

  /**
   * What is known of a snapshot.
   *
   * @param id which
   * @return its times
   */
  public Times of(SnapshotId id) {
    return new Times(in(stalls, id), in(writes, id), in(uploads, id));
  }

  private static OptionalDouble in(Map<SnapshotId, Double> times, SnapshotId id) {
    Double time = times.get(id);
    return time == null ? OptionalDouble.empty() : OptionalDouble.of(time);
  }

  /**
   * How often a process was asked to stop by SIGTERM.
   *
   * @return the number of such lines, one for each rank
   */
  public long stops() {
    return stops;
  }
}
