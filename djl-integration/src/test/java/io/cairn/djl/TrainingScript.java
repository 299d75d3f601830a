// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.translate.TranslateException;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A training script as a user has it, in a process of its own that says what it does. */
final class TrainingScript {
  static final int EPOCHS = 4;

  private TrainingScript() {}

  /**
   * Trains, or goes on training.
   *
   * @param args {@code fit} or {@code stock}, the optimizer, the base folder, the file for the
   *     final state, milliseconds per batch
   */
  public static void main(String[] args) throws IOException, TranslateException {
    Training.seed(7);
    Training.Setup setup = Training.with(args[1]).listener(new Reporter(Integer.parseInt(args[4])));
    CheckpointerBuilder settings =
        Checkpointer.builder()
            .baseFolder(Path.of(args[2]))
            .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(3), SavePolicy.atEnd()))
            .whenBusy(WhenBusy.WAIT);
    if (args[0].equals("fit")) {
      fit(setup, settings, Path.of(args[3]));
    } else {
      stock(setup, settings, Path.of(args[3]));
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

  /** Says where the training is, and takes its time. */
  private static final class Reporter implements TrainingListener {
    private final int millis;
    private int trained;
    private int validated;
    private int epochs;

    Reporter(int millis) {
      this.millis = millis;
    }

    private void say(String line) {
      System.out.println(line);
      try {
        TimeUnit.MILLISECONDS.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onEpoch(Trainer trainer) {
      say("epoch " + ++epochs);
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
      say("trained " + ++trained);
    }

    @Override
    public void onValidationBatch(Trainer trainer, BatchData batchData) {
      say("validated " + ++validated);
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {}

    @Override
    public void onTrainingEnd(Trainer trainer) {}
  }
}
