// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.CheckpointEvents;
import io.cairn.Checkpointer;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.Communicator;
import ml.dmlc.xgboost4j.java.DMatrix;

/** One of several processes that train one model, each with its own share of the data. */
final class WorkerScript {
  static final int ROUNDS = 16;
  private static final int ROWS = 300;

  private WorkerScript() {}

  /**
   * Trains, or goes on training.
   *
   * @param args the tracker's address and port, the worker's number, the base folder, the file for
   *     the end, milliseconds to wait at each snapshot
   */
  public static void main(String[] args) throws Exception {
    int number = Integer.parseInt(args[2]);
    Communicator.init(
        Map.of(
            "dmlc_communicator",
            "rabit",
            "dmlc_tracker_uri",
            args[0],
            "dmlc_tracker_port",
            Integer.valueOf(args[1]),
            "dmlc_task_id",
            "%05d".formatted(number),
            "dmlc_timeout",
            60));
    System.out.println("rank " + Communicator.getRank());
    DMatrix share = Samples.of(Samples.Labels.NUMBERS, ROWS + number, 10 + number);
    float[][] metrics = new float[1][ROUNDS];
    Booster booster =
        XgboostTraining.train(
            share,
            Recipe.APPROX.parameters(),
            ROUNDS,
            Map.of("train", share),
            metrics,
            null,
            null,
            0,
            null,
            Checkpointer.builder()
                .baseFolder(Path.of(args[3]))
                .savePolicy(SavePolicy.everySteps(2))
                .whenBusy(WhenBusy.WAIT)
                .events(new Reporter(Integer.parseInt(args[5]))));
    Files.write(Path.of(args[4]), booster.toByteArray("ubj"));
    System.out.println("returned " + booster.getNumBoostedRound());
    Communicator.shutdown();
  }

  /** Says what happened, and takes its time. */
  private static final class Reporter implements CheckpointEvents {
    private final int millis;

    Reporter(int millis) {
      this.millis = millis;
    }

    @Override
    public void captured(Captured event) {
      System.out.println("captured " + event.progress().step());
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void restored(Restored event) {
      System.out.println("from " + event.progress().step());
    }

    @Override
    public void committed(Committed event) {
      System.out.println("committed " + event.progress().step());
    }
  }
}
