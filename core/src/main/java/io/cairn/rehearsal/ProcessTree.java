// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that was started here and all that it started. No other process is ever touched: each
 * was seen as a descendant. Used by several threads.
 */
final class ProcessTree {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final ProcessHandle root;
  private final Set<ProcessHandle> descendants = new LinkedHashSet<>();
  private long looked = System.nanoTime();

  ProcessTree(ProcessHandle root) {
    this.root = root;
  }

  /**
   * Remembers, now and then, what runs below: what loses its parent is found only by those that
   * were seen before.
   */
  synchronized void look() {
    if (System.nanoTime() - looked > LOOK_NANOS) {
      lookNow();
      looked = System.nanoTime();
    }
  }

  private void lookNow() {
    descendants.removeIf(process -> !isRunning(process));
    addDescendants(root);
    List.copyOf(descendants).forEach(this::addDescendants);
  }

  private void addDescendants(ProcessHandle parent) {
    try (Stream<ProcessHandle> below = parent.descendants()) {
      below.filter(ProcessTree::isRunning).forEach(descendants::add);
    }
  }

  /** Asks the first process to end (SIGTERM), as a container's engine asks no other. */
  void terminate() {
    root.destroy();
  }

  /** Kills all at once (SIGKILL), until none runs. */
  void kill() throws InterruptedException {
    signalAll();
    while (isAnyRunning()) {
      TimeUnit.MILLISECONDS.sleep(2);
      signalAll();
    }
  }

  /** Kills all, without waiting. */
  synchronized void signalAll() {
    lookNow();
    root.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  private synchronized boolean isAnyRunning() {
    return isRunning(root) || descendants.stream().anyMatch(ProcessTree::isRunning);
  }

  /**
   * A process that has ended is there until somebody asks for its status: on Linux, as a zombie.
   */
  private static boolean isRunning(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
      return !stat.substring(stat.lastIndexOf(')') + 1).startsWith(" Z");
    } catch (IOException e) {
      return process.isAlive(); // not on Linux, or gone meanwhile
    }
  }
}
