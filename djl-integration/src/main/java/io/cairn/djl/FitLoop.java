// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import java.io.IOException;

/** Trains as {@link EasyTrain#fit} does, from wherever the walk stands. */
final class FitLoop {
  private final Trainer trainer;
  private final Walk walk;

  FitLoop(Trainer trainer, Walk walk) {
    this.trainer = trainer;
    this.walk = walk;
  }

  /** Trains until so many epochs are complete. */
  void run(int epochs, Dataset training, Dataset validation)
      throws IOException, TranslateException {
    Dataset resumed = new ResumedDataset(training, walk);
    while (walk.now().epoch() < epochs) {
      for (Batch batch : trainer.iterateDataset(resumed)) {
        EasyTrain.trainBatch(trainer, batch);
        trainer.step();
        batch.close();
      }
      EasyTrain.evaluateDataset(trainer, validation);
      trainer.notifyListeners(listener -> listener.onEpoch(trainer));
      walk.endEpoch(EpochResults.of(trainer));
    }
  }
}
