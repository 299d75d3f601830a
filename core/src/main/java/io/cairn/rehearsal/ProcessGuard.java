// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Kills what runs when this process is asked to end: a rehearsal leaves no training behind. */
final class ProcessGuard {
  private static final Set<ProcessTree> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> RUNNING.forEach(ProcessTree::signalAll), "end of rehearsals"));
  }

  private ProcessGuard() {}

  static void add(ProcessTree tree) {
    RUNNING.add(tree);
  }

  static void remove(ProcessTree tree) {
    RUNNING.remove(tree);
  }
}
