// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Does work beside the caller, in the order it is given: on threads of its own, or at once where
 * that is not worth a thread or the system gives none. Closing waits for what was started. Used by
 * one thread.
 */
public final class SideThread implements AutoCloseable {
  /** Digested in the time that it takes to start a thread and to hand over. */
  private static final long LEAST_BYTES = 4L << 20;

  private final Executor executor;
  private final Optional<ExecutorService> threads;

  private SideThread(Executor executor, Optional<ExecutorService> threads) {
    this.executor = executor;
    this.threads = threads;
  }

  /** Beside the caller if there are enough bytes to work on. */
  static SideThread forBytes(long bytes) {
    return of(bytes < LEAST_BYTES ? 0 : 1);
  }

  /** Beside the caller, on so many threads; at once if they are none. */
  public static SideThread of(int count) {
    if (count == 0) {
      return new SideThread(Runnable::run, Optional.empty());
    }
    return of(
        count,
        work -> {
          Thread started = new Thread(work, Thread.currentThread().getName() + "-side");
          started.setDaemon(true);
          return started;
        });
  }

  /** On threads that are made in a way of its own, or as many of them as there are to be had. */
  static SideThread of(int count, ThreadFactory factory) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count, count, 0, TimeUnit.NANOSECONDS, new LinkedBlockingQueue<>(), factory);
    try {
      threads.prestartAllCoreThreads();
    } catch (OutOfMemoryError e) { // as Java calls it when the system gives no thread
      if (threads.getPoolSize() == 0) {
        return of(0);
      }
      threads.setCorePoolSize(threads.getPoolSize());
    }
    return new SideThread(threads, Optional.of(threads));
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
  public interface Work<T> {
    /**
     * Does the work.
     *
     * @return what it gives
     * @throws IOException if it fails
     */
    T get() throws IOException;
  }

  /**
   * Starts work whose result is asked for later.
   *
   * @return its result, sooner or later
   */
  public <T> Result<T> start(Work<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    executor.execute(task);
    return new Result<>(task);
  }

  /**
   * Does work on this thread and on others at once, of which each takes one piece after the other
   * until none is left. When this returns or fails, nobody is at it any more.
   *
   * @param others how many others there should be
   * @param theirs what each of them does
   * @param mine what this thread does
   * @throws IOException if one of them fails, as unchecked exceptions do, too
   */
  public void together(int others, Work<?> theirs, Work<?> mine) throws IOException {
    List<Result<?>> started = new ArrayList<>();
    for (int i = 0; i < others; i++) {
      started.add(start(theirs));
    }
    try {
      mine.get();
    } finally {
      started.forEach(Result::help);
      started.forEach(Result::awaitEnd);
    }
    for (Result<?> other : started) {
      other.await();
    }
  }

  /** What work gives. */
  public record Result<T>(FutureTask<T> task) {

    boolean isDone() {
      return task.isDone();
    }

    /** Does the work on the caller's thread, unless it is begun. */
    void help() {
      task.run();
    }

    /** Waits until it has ended, well or not; interrupts do not end the wait. */
    void awaitEnd() {
      try {
        await();
      } catch (IOException | RuntimeException | Error e) { // await tells it to who asks
        return;
      }
    }

    /**
     * Waits for it; interrupts do not end the wait.
     *
     * @return what the work gave
     * @throws IOException what it threw, as unchecked exceptions are, too
     */
    public T await() throws IOException {
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
    executor.execute(work);
  }

  /** The bytes worked on may be overwritten from then on. */
  @Override
  public void close() {
    threads.ifPresent(SideThread::end);
  }

  /** Ends as soon as everything is done that was started, and does not wait for it. */
  void release() {
    threads.ifPresent(ExecutorService::shutdown);
  }
}
