// SPDX-License-Identifier: Apache-2.0
package io.cairn;

/** Starts threads that work beside the training and do not keep the process alive. */
final class Daemon {
  private Daemon() {}

  /**
   * Starts a thread.
   *
   * @param priority a wish: nothing here depends on it
   */
  @SuppressWarnings("ThreadPriorityCheck")
  static Thread start(String name, int priority, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setPriority(priority);
    thread.start();
    return thread;
  }
}
