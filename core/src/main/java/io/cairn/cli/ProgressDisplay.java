// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Shows how far long work is, with rate and time left: on a terminal one line that is overwritten,
 * elsewhere a plain line now and then. Short work shows nothing. Told by any thread.
 */
final class ProgressDisplay implements LongConsumer, AutoCloseable {
  private static final Duration ON_TERMINAL = Duration.ofMillis(250);
  private static final Duration ELSEWHERE = Duration.ofSeconds(10);
  private static final String ERASE_LINE = "\r\u001b[K";

  private final String work;
  private final long total;
  private final PrintWriter err;
  private final boolean interactive;
  private final LongSupplier nanoTime;
  private final long start;
  private long done;
  private long nextShow;
  private boolean shown;

  ProgressDisplay(Console console, String work, long total) {
    this(console, work, total, System::nanoTime);
  }

  ProgressDisplay(Console console, String work, long total, LongSupplier nanoTime) {
    this.work = work;
    this.total = total;
    this.err = console.err();
    this.interactive = console.interactive();
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.nextShow = pause();
  }

  private long pause() {
    return (interactive ? ON_TERMINAL : ELSEWHERE).toNanos();
  }

  @Override
  public synchronized void accept(long bytes) {
    done += bytes;
    long elapsed = nanoTime.getAsLong() - start;
    if (elapsed >= nextShow) {
      nextShow = elapsed + pause();
      show(elapsed);
    }
  }

  private void show(long elapsed) {
    double seconds = elapsed / 1e9;
    double rate = done / seconds;
    String line =
        work
            + " "
            + (total == 0 ? 100 : Math.min(100, (long) (100.0 * done / total)))
            + "%  "
            + Show.bytes(done)
            + " of "
            + Show.bytes(total)
            + "  "
            + Show.bytes((long) rate)
            + "/s  "
            + Show.age(Duration.ofSeconds((long) Math.ceil(Math.max(0, total - done) / rate)))
            + " left";
    if (interactive) {
      err.print(ERASE_LINE + line);
    } else {
      err.println(line);
    }
    err.flush();
    shown = true;
  }

  /** Removes the line. */
  @Override
  public synchronized void close() {
    if (shown && interactive) {
      err.print(ERASE_LINE);
      err.flush();
    }
  }
}
