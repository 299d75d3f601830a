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
  private final IntSupplier uploads;
  private final long start = System.nanoTime();
  private final Duration time;
  private boolean lineSeen;

  /** A watch that starts now; without a moment, it never comes. */
  Watch(Optional<When> when, Random random, IntSupplier uploads) {
    this.when = when;
    this.uploads = uploads;
    this.time = when.map(moment -> time(moment, random)).orElse(Duration.ZERO);
  }

  private static Duration time(When when, Random random) {
    if (when instanceof When.After after) {
      return after.time();
    }
    return when instanceof When.AtRandom random1
        ? Duration.ofNanos((long) (random.nextDouble() * random1.longest().toNanos()))
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
      return uploads.getAsInt() >= at.files();
    }
    return elapsed().compareTo(time) >= 0;
  }

  /** Waits a moment, or until a line is seen. */
  synchronized void pause() throws InterruptedException {
    TimeUnit.MILLISECONDS.timedWait(this, POLL_MILLIS);
  }
}
