// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import java.io.IOException;
import java.util.Optional;

/**
 * The threads that copy a state, and read the files to load one: the training's own, and helpers
 * that are started when they are first needed and then kept. A waiting thread mostly begins in a
 * tenth of a millisecond, a new one often after a small state is copied already. Used by one
 * thread, but for what it gives them to do.
 */
public final class Copiers implements AutoCloseable {
  /** What one thread copies in the few milliseconds that another may take to begin. */
  private static final long BYTES_ALONE = 1L << 26;

  /** What is read and digested in the time that it takes to hand over. */
  private static final long READ_BYTES_ALONE = 1L << 22;

  private final int most;
  private final long bytesAlone;
  private Optional<SideThread> helpers = Optional.empty();

  /**
   * Starts none yet.
   *
   * @param count how many threads may copy, the training's among them
   */
  public Copiers(int count) {
    this(count, BYTES_ALONE);
  }

  /** With helpers for other states than large ones. */
  Copiers(int count, long bytesAlone) {
    this.most = count - 1;
    this.bytesAlone = bytesAlone;
  }

  /** How many threads there may be, the training's among them. */
  int count() {
    return most + 1;
  }

  /** How many helpers a state of so many bytes is worth. */
  int helpersToCopy(long bytes) {
    return (int) Math.min(most, Math.max(0, bytes - 1) / bytesAlone);
  }

  /** How many helpers it is worth to read so many bytes. */
  public int helpersToRead(long bytes) {
    return (int) Math.min(most, bytes / READ_BYTES_ALONE);
  }

  /**
   * Does work on this thread and on helpers at once, of which each takes one piece after the other
   * until none is left. When this returns or fails, nobody is at it any more.
   *
   * @param count how many helpers
   * @param work what each of them does
   * @param mine what this thread does
   * @throws IOException if one of them fails, as unchecked exceptions do, too
   */
  public void together(int count, SideThread.Work<?> work, SideThread.Work<?> mine)
      throws IOException {
    if (count > 0 && helpers.isEmpty()) {
      helpers = Optional.of(SideThread.of(most));
    }
    helpers.orElse(SideThread.of(0)).together(count, work, mine);
  }

  /** Lets the threads end, which have nothing to do; nobody waits for that. */
  @Override
  public void close() {
    helpers.ifPresent(SideThread::release);
  }
}
