// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.PartImage;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One named thread that writes one snapshot after the other. At most one is being written and one
 * waits; a chore may come before them. The thread is a daemon: a process that ends without closing
 * its checkpointer ends. Interrupts do not stop it, nor who waits for it: what was captured is
 * finished.
 */
final class BackgroundWriter implements AutoCloseable {
  private final Consumer<PartImage> work;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Runnable chore;
  private PartImage waiting;
  private PartImage writing;
  private boolean closed;

  /**
   * Starts the thread.
   *
   * @param priority the thread's, and that of threads it starts
   * @param work writes an image, and says itself what fails
   */
  BackgroundWriter(String name, int priority, Consumer<PartImage> work) {
    this.work = work;
    Daemon.repeat(name, priority, this::doNext);
  }

  /** Whether nothing is being written or waits. */
  boolean isIdle() {
    lock.lock();
    try {
      return writing == null && waiting == null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until everything submitted was written, or failed. */
  void awaitIdle() {
    lock.lock();
    try {
      while (writing != null || waiting != null) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes back what waits and was not begun. */
  Optional<PartImage> takeWaiting() {
    lock.lock();
    try {
      PartImage image = waiting;
      waiting = null;
      changed.signalAll();
      return Optional.ofNullable(image);
    } finally {
      lock.unlock();
    }
  }

  /** Hands over an image; its bytes belong to the writer until it was written. */
  void submit(PartImage image) {
    lock.lock();
    try {
      if (closed || waiting != null) {
        throw new IllegalStateException(closed ? "The writer is closed" : "One image waits");
      }
      waiting = image;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Hands over what is not an image, to be done before the next one. Only that one waits for it,
   * and who closes.
   *
   * @param work says itself what fails
   */
  void submitChore(Runnable work) {
    lock.lock();
    try {
      chore = work;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Finishes what was submitted and ends the thread. */
  @Override
  public void close() {
    awaitIdle();
    lock.lock();
    try {
      while (chore != null) {
        changed.awaitUninterruptibly();
      }
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns false at the end. */
  private boolean doNext() {
    if (!awaitNext()) {
      return false;
    }
    try {
      if (writing == null) {
        chore.run();
      } else {
        work.accept(writing);
      }
    } finally {
      done();
    }
    return true;
  }

  /** A chore comes first. Returns false if nothing comes any more. */
  private boolean awaitNext() {
    lock.lock();
    try {
      while (chore == null && waiting == null && !closed) {
        changed.awaitUninterruptibly();
      }
      if (chore == null) {
        writing = waiting;
        waiting = null;
      }
      return chore != null || writing != null;
    } finally {
      lock.unlock();
    }
  }

  private void done() {
    lock.lock();
    try {
      if (writing == null) {
        chore = null;
      } else {
        writing = null;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
