// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Starts processes, and kills what runs when this process is asked to end: a rehearsal leaves no
 * training behind.
 */
final class ProcessGuard {
  private static final Map<Process, ProcessTree> RUNNING = new HashMap<>();
  private static boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(ProcessGuard::end, "end of rehearsals"));
  }

  private ProcessGuard() {}

  /** Starts a process that ends with this one: there is no moment at which it would be missed. */
  static Process start(ProcessBuilder builder) throws IOException {
    synchronized (RUNNING) {
      if (ending) {
        throw new IOException("This process is ending: no training is started");
      }
      Process process = builder.start();
      RUNNING.put(process, new ProcessTree(process.toHandle()));
      return process;
    }
  }

  static ProcessTree tree(Process process) {
    synchronized (RUNNING) {
      return RUNNING.get(process);
    }
  }

  static void remove(Process process) {
    synchronized (RUNNING) {
      RUNNING.remove(process);
    }
  }

  private static void end() {
    synchronized (RUNNING) {
      ending = true;
      RUNNING.values().forEach(ProcessTree::signalAll);
    }
  }
}
