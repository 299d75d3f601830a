// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.PartName;
import io.cairn.store.UploadState;
import io.cairn.store.UploadTracker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which parts are to be uploaded, are being, and were. Retention asks it and waits: what is to be
 * uploaded is not deleted. Thread-safe.
 */
final class UploadQueue implements UploadTracker {
  /** An upload in which nothing moves for so long is not waited for at the end. */
  private static final Duration STUCK = Duration.ofMinutes(10);

  private final boolean newestOnly;
  private final UploadTracker others;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<PartName> waiting = new ArrayDeque<>();
  private final Set<PartName> uploaded = new HashSet<>();
  private Optional<PartName> current = Optional.empty();
  private long lastMoved = System.nanoTime();

  /** The bytes of the present part that arrived by this try, and by the best so far. */
  private long arrived;

  private long furthest;
  private Optional<Long> failingSince = Optional.empty();
  private long deadline = Long.MAX_VALUE;
  private boolean closed;

  /**
   * An empty queue.
   *
   * @param newestOnly a newer part replaces those that wait; not if ranks upload parts of one
   *     snapshot, as each could leave out others
   * @param uploaded what is there already
   * @param others knows of other uploads of the same files
   */
  UploadQueue(boolean newestOnly, Collection<PartName> uploaded, UploadTracker others) {
    this.newestOnly = newestOnly;
    this.others = others;
    this.uploaded.addAll(uploaded);
  }

  void add(PartName part) {
    locked(
        () -> {
          if (newestOnly) {
            waiting.clear();
          }
          waiting.add(part);
        });
  }

  /** Waits for the next part, or the same if it was not done; empty when the queue was closed. */
  Optional<PartName> next() {
    lock.lock();
    try {
      while (current.isEmpty() && waiting.isEmpty() && !closed) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        current = Optional.empty();
      } else if (current.isEmpty()) {
        current = Optional.of(waiting.remove());
        begin();
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  /** What kept the part before from its place need not keep this one. */
  private void begin() {
    lastMoved = System.nanoTime();
    arrived = 0;
    furthest = 0;
    failingSince = Optional.empty();
  }

  /** The present part is there. */
  void succeeded() {
    locked(
        () -> {
          uploaded.addAll(current.stream().toList());
          failingSince = Optional.empty();
        });
  }

  /** The present part could not be uploaded, and may be tried again. */
  void failed() {
    locked(
        () -> {
          arrived = 0;
          failingSince = failingSince.or(() -> Optional.of(System.nanoTime()));
        });
  }

  /** The present part, and what follows from it, is through. */
  void done() {
    locked(() -> current = Optional.empty());
  }

  /**
   * Bytes arrived. What an earlier try had brought as far is no sign that this one gets further.
   *
   * @return whether this part is further than ever
   */
  boolean moved(long bytes) {
    lock.lock();
    try {
      lastMoved = System.nanoTime();
      arrived += bytes;
      if (arrived <= furthest) {
        return false;
      }
      furthest = arrived;
      failingSince = Optional.empty();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the present part should be given up for a newer one. */
  boolean isReplaced() {
    lock.lock();
    try {
      return newestOnly && !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Whether nothing is uploaded any more. */
  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Waits before the next try, but not longer than anybody wants it; an interrupt ends it. */
  void pause(Duration time) {
    lock.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !closed && !isReplaced()) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      return; // the uploader goes on: it is nobody's to interrupt
    } finally {
      lock.unlock();
    }
  }

  /** From now on, who waits for the queue waits so long at most. */
  void hurry(Duration time) {
    locked(() -> deadline = System.nanoTime() + time.toNanos());
  }

  /**
   * Waits until all is uploaded. An interrupt does not end the wait: what was saved for another
   * machine has to get there. But it shortens it.
   *
   * @param patience how long to wait while every try fails, and at all after an interrupt
   * @return what is not uploaded
   */
  List<PartName> awaitEmpty(Duration patience) {
    Optional<Long> end = Optional.empty();
    lock.lock();
    try {
      long start = System.nanoTime();
      while (current.isPresent() || !waiting.isEmpty()) {
        long left = Math.min(waitingTime(start, patience), left(end));
        if (left <= 0) {
          break;
        }
        try {
          changed.awaitNanos(left);
        } catch (InterruptedException e) {
          end = end.or(() -> Optional.of(System.nanoTime() + patience.toNanos()));
        }
      }
      return unfinished();
    } finally {
      lock.unlock();
      if (end.isPresent()) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static long left(Optional<Long> end) {
    return end.map(at -> at - System.nanoTime()).orElse(Long.MAX_VALUE);
  }

  private long waitingTime(long start, Duration patience) {
    long now = System.nanoTime();
    long still =
        failingSince.isPresent()
            ? Math.max(failingSince.get(), start) + patience.toNanos() - now
            : Math.max(lastMoved, start) + STUCK.toNanos() - now;
    return deadline == Long.MAX_VALUE ? still : Math.min(still, deadline - now);
  }

  /** What is being uploaded or waits for it. */
  List<PartName> unfinished() {
    lock.lock();
    try {
      List<PartName> parts = new ArrayList<>(current.stream().toList());
      parts.addAll(waiting);
      return parts;
    } finally {
      lock.unlock();
    }
  }

  void close() {
    locked(() -> closed = true);
  }

  @Override
  public UploadState stateOf(String name, Set<String> allNames) {
    Optional<PartName> part = PartName.parse(name).map(PartName.File::part);
    lock.lock();
    try {
      if (part.isPresent() && uploaded.contains(part.get())) {
        return UploadState.UPLOADED;
      }
      if (part.isPresent() && (current.equals(part) || waiting.contains(part.get()))) {
        return UploadState.UPLOADING;
      }
    } finally {
      lock.unlock();
    }
    return others.stateOf(name, allNames);
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
