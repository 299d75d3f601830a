// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import io.cairn.model.Progress;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;

/**
 * Trains as {@link EasyTrain#fit} does, from any position. The last batch of an epoch and the
 * validation after it are one position: {@code afterEpoch}.
 */
final class FitLoop {
  private final Trainer trainer;
  private final Randomness randomness;
  private final Positions positions;
  private Progress now;

  FitLoop(Trainer trainer, Randomness randomness, Positions positions, Progress from) {
    this.trainer = trainer;
    this.randomness = randomness;
    this.positions = positions;
    this.now = from;
  }

  /** Is told each position between two steps, and whether to go on from there. */
  interface Positions {
    boolean afterStep(Progress now) throws IOException;

    boolean afterEpoch(Progress now, Map<String, Double> metrics) throws IOException;
  }

  /**
   * Trains until so many epochs are complete or a position said to stop.
   *
   * @return the position reached
   */
  Progress run(int epochs, Dataset training, Dataset validation)
      throws IOException, TranslateException {
    boolean goOn = true;
    while (goOn && now.epoch() < epochs) {
      goOn = trainEpoch(training) && finishEpoch(validation);
    }
    return now;
  }

  private boolean trainEpoch(Dataset training) throws IOException, TranslateException {
    randomness.beforeEpoch(now.epoch());
    Iterator<Batch> batches = trainer.iterateDataset(training).iterator();
    SkippedBatches.skip(batches, now, randomness);
    boolean more = hasNext(batches);
    while (more) {
      train(batches.next());
      now = now.afterBatch();
      more = hasNext(batches);
      if (more && !positions.afterStep(now)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasNext(Iterator<Batch> batches) {
    randomness.beforeStep(now.step());
    return batches.hasNext();
  }

  private void train(Batch batch) {
    EasyTrain.trainBatch(trainer, batch);
    trainer.step();
    batch.close();
  }

  private boolean finishEpoch(Dataset validation) throws IOException, TranslateException {
    randomness.beforeValidation(now.epoch());
    EasyTrain.evaluateDataset(trainer, validation);
    trainer.notifyListeners(listener -> listener.onEpoch(trainer));
    now = now.afterEpoch();
    return positions.afterEpoch(now, EpochResults.of(trainer));
  }
}
