// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import java.util.concurrent.TimeUnit;

/** Says where the training is, and takes its time. */
final class Reporter implements TrainingListener {
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
