// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** Waits for the moment of an interruption. Lines come from any thread, questions from one. */
final class Watch implements Consumer<String> {
  private static final long POLL_MILLIS = 5;

  private final Optional<When> when;
  private final Progress progress;
  private final long start = System.nanoTime();
  private final Duration time;
  private boolean lineSeen;

  /**
   * How far uploads are.
   *
   * @param files how many files of the attempt have reached S3
   * @param snapshots how many snapshots
   */
  record Progress(IntSupplier files, IntSupplier snapshots) {}

  /** A watch that starts now; without a moment, it never comes. */
  Watch(Optional<When> when, Random random, Progress progress) {
    this.when = when;
    this.progress = progress;
    this.time = when.map(moment -> time(moment, random)).orElse(Duration.ZERO);
  }

  private static Duration time(When when, Random random) {
    if (when instanceof When.After after) {
      return after.time();
    }
    return when instanceof When.AtRandom within
        ? Duration.ofNanos((long) (random.nextDouble() * within.longest().toNanos()))
        : Duration.ZERO;
  }

  @Override
  public synchronized void accept(String line) {
    if (!lineSeen
        && when.isPresent()
        && when.get() instanceof When.AtLine at
        && at.expression().matcher(line).find()) {
      lineSeen = true;
      notifyAll();
    }
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Whether the moment has come. */
  synchronized boolean isDue() {
    if (when.isEmpty()) {
      return false;
    }
    if (when.get() instanceof When.AtLine) {
      return lineSeen;
    }
    if (when.get() instanceof When.AtUploads at) {
      return progress.files.getAsInt() >= at.files();
    }
    if (when.get() instanceof When.AtSnapshots at) {
      return progress.snapshots.getAsInt() >= at.snapshots();
    }
    return elapsed().compareTo(time) >= 0;
  }

  /** Waits a moment, or until a line is seen. */
  synchronized void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.timedWait(this, POLL_MILLIS);
  }
}
