// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.CheckpointEvents;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A training script as a user has it, in a process of its own that says what it does. */
final class TrainingScript {
  private TrainingScript() {}

  /**
   * Trains, or goes on training.
   *
   * @param args the recipe, the base folder, the file for the end, when to save ({@code time} or so
   *     many rounds), milliseconds to wait at each snapshot, the call of the own metric in which to
   *     die (0 for none)
   */
  public static void main(String[] args) throws Exception {
    Recipe recipe = Recipe.valueOf(args[0]);
    int millis = Integer.parseInt(args[4]);
    CheckpointerBuilder settings =
        Checkpointer.builder()
            .baseFolder(Path.of(args[1]))
            .savePolicy(
                args[3].equals("time")
                    ? SavePolicy.every(Duration.ofNanos(1))
                    : SavePolicy.everySteps(Long.parseLong(args[3])))
            .whenBusy(WhenBusy.WAIT)
            .events(new Reporter(millis));
    String end = recipe.train(settings, Recipe.ROUNDS, Integer.parseInt(args[5]));
    Files.writeString(Path.of(args[2]), end);
    System.out.println("returned");
  }

  /** Says what happened, and takes its time. */
  private static final class Reporter implements CheckpointEvents {
    private final int millis;

    Reporter(int millis) {
      this.millis = millis;
    }

    @Override
    public void restored(Restored event) {
      System.out.println("from " + event.progress().step());
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
    public void committed(Committed event) {
      System.out.println("committed " + event.progress().step());
    }
  }
}
