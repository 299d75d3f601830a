// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that was started here and all that it started. No other process is ever touched: each
 * was seen as a descendant. Used by several threads.
 */
final class ProcessTree {
  private final ProcessHandle root;
  private final Set<ProcessHandle> descendants = new LinkedHashSet<>();

  ProcessTree(ProcessHandle root) {
    this.root = root;
  }

  /** Remembers what runs below; whatever loses its parent later is known. */
  synchronized void look() {
    Set<ProcessHandle> parents = new LinkedHashSet<>(descendants);
    parents.add(root);
    for (ProcessHandle parent : parents) {
      try (Stream<ProcessHandle> children = parent.descendants()) {
        children.forEach(descendants::add);
      }
    }
    descendants.removeIf(process -> !process.isAlive());
  }

  /** Asks the first process to end (SIGTERM), as a container's engine asks no other. */
  void terminate() {
    root.destroy();
  }

  /** Kills all at once (SIGKILL), until none is left. */
  void kill() throws InterruptedException {
    signalAll();
    while (isAnyAlive()) {
      TimeUnit.MILLISECONDS.sleep(2);
      signalAll();
    }
  }

  /** Kills all, without waiting. */
  synchronized void signalAll() {
    look();
    root.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  synchronized boolean isAnyAlive() {
    return root.isAlive() || descendants.stream().anyMatch(ProcessHandle::isAlive);
  }
}
