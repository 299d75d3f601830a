// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts threads that work beside the training and do not keep the process alive. */
final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger("io.cairn");

  /** After a round that failed. */
  private static final long PAUSE_NANOS = 100_000_000;

  private Daemon() {}

  /** A thread that nobody else may interrupt. */
  private static final class Own extends Thread {
    Own(Runnable work, String name) {
      super(work, name);
    }
  }

  /** On a thread started here: as if a listener had not interrupted it. Files could not be read. */
  static void forgetInterrupt() {
    if (Thread.currentThread() instanceof Own) {
      Thread.interrupted();
    }
  }

  /**
   * Starts a thread.
   *
   * @param priority a wish: nothing here depends on it
   */
  @SuppressWarnings("ThreadPriorityCheck")
  static Thread start(String name, int priority, Runnable work) {
    Thread thread = new Own(work, name);
    thread.setDaemon(true);
    thread.setPriority(priority);
    thread.start();
    return thread;
  }

  /**
   * Starts a thread that works round after round. What a round throws ends that round only: where
   * there is no memory even to say what failed, there may be some for the next. Nor does an
   * interrupt end the thread.
   *
   * @param round does one thing, and returns whether there is more
   */
  static Thread repeat(String name, int priority, BooleanSupplier round) {
    return start(name, priority, () -> repeat(round));
  }

  private static void repeat(BooleanSupplier round) {
    boolean more = true;
    while (more) {
      try {
        more = isMoreAfter(round);
      } catch (RuntimeException | Error e) {
        more = true; // not even the pause was possible
      }
    }
  }

  private static boolean isMoreAfter(BooleanSupplier round) {
    forgetInterrupt();
    try {
      return round.getAsBoolean();
    } catch (RuntimeException | Error e) {
      LockSupport.parkNanos(PAUSE_NANOS);
      LOG.error("cairn event=thread_failed thread={}", Thread.currentThread().getName(), e);
      return true;
    }
  }
}
