// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.model.SnapshotId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the lines of one process tell. Lines come from one thread, questions from any. */
final class TrainingLog implements Consumer<String> {
  private static final int TAIL = 12;
  private static final String CAIRN = "cairn event=";
  private static final Pattern RESTORED =
      Pattern.compile("cairn event=restored run=\\S+ from=(?:(\\d{1,12})/(\\d{1,6})|none) ");
  private static final Pattern STEP = Pattern.compile("cairn event=c[^\"]*? step=(\\d{1,12}) ");
  private static final Pattern STALL =
      Pattern.compile("cairn event=captured [^\"]*stall_ms=(\\d{1,9}\\.\\d{1,9})");
  private static final Pattern WRITE =
      Pattern.compile("cairn event=committed [^\"]*write_ms=(\\d{1,9}\\.\\d{1,9})");

  private final Optional<Pattern> stepLine;
  private final Optional<Pattern> resultLine;
  private final Deque<String> tail = new ArrayDeque<>();
  private final List<Double> stalls = new ArrayList<>();
  private final List<Double> writes = new ArrayList<>();
  private boolean restored;
  private Optional<SnapshotId> resumedFrom = Optional.empty();
  private OptionalLong firstStep = OptionalLong.empty();
  private OptionalLong lastStep = OptionalLong.empty();
  private Optional<String> result = Optional.empty();

  /** Reads Cairn's lines and those that the job's expressions find. */
  TrainingLog(Job job) {
    this.stepLine = job.stepLine();
    this.resultLine = job.resultLine();
  }

  @Override
  public synchronized void accept(String line) {
    if (tail.size() == TAIL) {
      tail.removeFirst();
    }
    tail.addLast(line);
    if (line.contains(CAIRN)) {
      number(WRITE, line, writes);
      number(STALL, line, stalls);
      step(STEP, line);
      restored(line);
    }
    stepLine.filter(pattern -> step(pattern, line)).ifPresent(pattern -> first());
    resultLine
        .map(pattern -> pattern.matcher(line))
        .filter(Matcher::find)
        .ifPresent(found -> result = Optional.of(found.group()));
  }

  private void restored(String line) {
    Matcher matcher = RESTORED.matcher(line);
    if (matcher.find()) {
      restored = true;
      resumedFrom =
          Optional.ofNullable(matcher.group(1))
              .map(Long::parseLong)
              .map(step -> new SnapshotId(step, Integer.parseInt(matcher.group(2))));
    }
  }

  private static void number(Pattern pattern, String line, List<Double> numbers) {
    Matcher matcher = pattern.matcher(line);
    if (matcher.find()) {
      numbers.add(Double.valueOf(matcher.group(1)));
    }
  }

  private boolean step(Pattern pattern, String line) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.find()) {
      return false;
    }
    try {
      lastStep = OptionalLong.of(Long.parseLong(matcher.group(1)));
      return true;
    } catch (NumberFormatException e) {
      return false; // the user's expression found something else
    }
  }

  private void first() {
    if (firstStep.isEmpty()) {
      firstStep = lastStep;
    }
  }

  /** Whether Cairn said where it goes on. */
  synchronized boolean isRestoreSaid() {
    return restored;
  }

  /** The snapshot Cairn said it goes on from. */
  synchronized Optional<SnapshotId> resumedFrom() {
    return resumedFrom;
  }

  /** The first step of the user's lines. */
  synchronized OptionalLong firstStep() {
    return firstStep;
  }

  /** The last step of any line. */
  synchronized OptionalLong lastStep() {
    return lastStep;
  }

  /** How long training stood still, in milliseconds. */
  synchronized List<Double> stalls() {
    return List.copyOf(stalls);
  }

  /** How long snapshots took to write, in milliseconds. */
  synchronized List<Double> writes() {
    return List.copyOf(writes);
  }

  /** What the job's expression found in the last line in which it was found. */
  synchronized Optional<String> result() {
    return result;
  }

  /** The last lines. */
  synchronized List<String> tail() {
    return List.copyOf(tail);
  }
}
