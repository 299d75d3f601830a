// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.EasyTrain;
import ai.djl.translate.TranslateException;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.TrainingStoppedException;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.io.IOException;
import java.nio.file.Path;

/** A training script as a user has it, in a process of its own that says what it does. */
final class TrainingScript {
  static final int EPOCHS = 4;

  private TrainingScript() {}

  /**
   * Trains, or goes on training.
   *
   * @param args the base folder, the file for the final state, milliseconds per batch, {@code fit}
   *     or {@code stock}, the optimizer
   */
  public static void main(String[] args) throws IOException, TranslateException {
    Training.seed(7);
    Training.Setup setup = Training.with(args[4]).listener(new Reporter(Integer.parseInt(args[2])));
    CheckpointerBuilder settings =
        Checkpointer.builder()
            .baseFolder(Path.of(args[0]))
            .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(3), SavePolicy.atEnd()))
            .whenBusy(WhenBusy.WAIT);
    if (args[3].equals("fit")) {
      fit(setup, settings, Path.of(args[1]));
    } else {
      stock(setup, settings, Path.of(args[1]));
    }
  }

  private static void fit(Training.Setup setup, CheckpointerBuilder settings, Path end)
      throws IOException, TranslateException {
    try (Training training = setup.start()) {
      var reached =
          DjlTraining.fit(training.trainer, EPOCHS, training.data, training.validation, settings);
      System.out.println("reached at " + reached);
      training.snapshot().save(end);
    }
  }

  private static void stock(Training.Setup setup, CheckpointerBuilder settings, Path end)
      throws IOException, TranslateException {
    DjlCheckpointListener checkpoints = new DjlCheckpointListener(settings);
    try (Training training = setup.listener(checkpoints).start()) {
      EasyTrain.fit(
          training.trainer,
          checkpoints.remainingEpochs(EPOCHS),
          checkpoints.resume(training.data),
          training.validation);
      training.snapshot().save(end);
    } catch (TrainingStoppedException e) {
      System.out.println("reached at " + e.position());
    }
  }
}
