// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Does work beside the caller, in the order it is given: on threads of its own, or at once where
 * that is not worth a thread or the system gives none. Closing waits for what was started. Used by
 * one thread.
 */
final class SideThread implements AutoCloseable {
  /** Digested in the time that it takes to start a thread and to hand over. */
  private static final long LEAST_BYTES = 4L << 20;

  private final Executor executor;
  private final Runnable end;

  private SideThread(Executor executor, Runnable end) {
    this.executor = executor;
    this.end = end;
  }

  /** Beside the caller if there are enough bytes to work on. */
  static SideThread forBytes(long bytes) {
    return of(bytes < LEAST_BYTES ? 0 : 1);
  }

  /** Beside the caller, on so many threads; at once if they are none. */
  static SideThread of(int count) {
    if (count == 0) {
      return new SideThread(Runnable::run, () -> {});
    }
    return of(
        count,
        work -> {
          Thread started = new Thread(work, Thread.currentThread().getName() + "-side");
          started.setDaemon(true);
          return started;
        });
  }

  /** On threads that are made in a way of its own. */
  static SideThread of(int count, ThreadFactory factory) {
    ExecutorService threads = Executors.newFixedThreadPool(count, factory);
    return new SideThread(threads, () -> end(threads));
  }

  /** Interrupts do not end the wait: the memory that is worked on is used again afterwards. */
  private static void end(ExecutorService threads) {
    threads.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives something, or fails. */
  @FunctionalInterface
  interface Work<T> {
    T get() throws IOException;
  }

  /** Starts work whose result is asked for later. */
  <T> Result<T> start(Work<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    execute(task);
    return new Result<>(task);
  }

  /** With no thread to be had, which Java calls a lack of memory, the caller works alone. */
  private void execute(FutureTask<?> task) {
    try {
      executor.execute(task);
    } catch (OutOfMemoryError e) {
      task.run(); // and never a second time
    }
  }

  /** What work gives. */
  record Result<T>(FutureTask<T> task) {

    boolean isDone() {
      return task.isDone();
    }

    /** Does the work on the caller's thread, unless it is begun. */
    void help() {
      task.run();
    }

    /** Waits for it; interrupts do not end the wait. */
    T await() throws IOException {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return task.get();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        throw failure(e.getCause());
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static IOException failure(Throwable cause) {
      if (cause instanceof RuntimeException e) {
        throw e;
      }
      if (cause instanceof Error e) {
        throw e;
      }
      return (IOException) cause;
    }
  }

  /** Work that does not fail. */
  void run(Runnable work) {
    execute(new FutureTask<>(work, null));
  }

  /** The bytes worked on may be overwritten from then on. */
  @Override
  public void close() {
    end.run();
  }
}
