// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.util.Map;
import ml.dmlc.xgboost4j.java.RabitTracker;

/** XGBoost's tracker on the loopback interface, in a process of its own. */
final class TrackerScript {
  private TrackerScript() {}

  /**
   * Starts it, and stays.
   *
   * @param args how many workers
   */
  public static void main(String[] args) throws Exception {
    RabitTracker tracker = new RabitTracker(Integer.parseInt(args[0]), "127.0.0.1", 0, 60);
    tracker.start();
    Map<String, Object> workers = tracker.getWorkerArgs();
    System.out.println(
        "tracker " + workers.get("dmlc_tracker_uri") + " " + workers.get("dmlc_tracker_port"));
    Thread.sleep(Long.MAX_VALUE);
  }
}
