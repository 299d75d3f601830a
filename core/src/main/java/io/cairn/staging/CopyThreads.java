// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

/**
 * The threads that copy a state: the training's own, and others that are started when they are
 * first needed and then kept. A waiting thread begins in a tenth of a millisecond, a new one often
 * after a small state is copied already. Used by one thread, but for what it gives them to do.
 */
public final class CopyThreads implements AutoCloseable {
  private final int count;
  private SideThread others = SideThread.of(0);
  private boolean started;

  /**
   * Starts none yet.
   *
   * @param count how many threads may copy, the training's among them
   */
  public CopyThreads(int count) {
    this.count = count;
  }

  /** How many threads may copy, the training's among them. */
  int count() {
    return count;
  }

  /** All but the training's. */
  SideThread others() {
    if (!started) {
      started = true;
      others = SideThread.of(count - 1);
    }
    return others;
  }

  /** Ends the threads. */
  @Override
  public void close() {
    started = true;
    others.close();
    others = SideThread.of(0);
  }
}
