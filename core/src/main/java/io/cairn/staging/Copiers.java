// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import java.util.Optional;

/**
 * The threads that copy a state: the training's own, and helpers that are started when they are
 * first needed and then kept. A waiting thread mostly begins in a tenth of a millisecond, a new one
 * often after a small state is copied already. Used by one thread, but for what it gives them to
 * do.
 */
public final class Copiers implements AutoCloseable {
  /** What one thread copies in the few milliseconds that another may take to begin. */
  private static final long BYTES_ALONE = 1L << 26;

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

  /** How many helpers a state of so many bytes is worth. */
  int helpersFor(long bytes) {
    return (int) Math.min(most, Math.max(0, bytes - 1) / bytesAlone);
  }

  /** As many as there may be. */
  SideThread helpers() {
    if (helpers.isEmpty()) {
      helpers = Optional.of(SideThread.of(most));
    }
    return helpers.get();
  }

  /** Ends the threads. */
  @Override
  public void close() {
    helpers.ifPresent(SideThread::close);
  }
}
