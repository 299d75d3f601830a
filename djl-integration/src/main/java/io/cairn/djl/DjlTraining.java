// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.NothingToTrain;
import io.cairn.Positions;
import io.cairn.TrainingStoppedException;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains as {@code EasyTrain.fit} does, saves the whole state while it does so, and goes on from
 * the newest snapshot when the same script is started again.
 *
 * <pre>{@code
 *  trainer.initialize(new Shape(1, 784));
 * -EasyTrain.fit(trainer, epochs, training, validation);
 * +DjlTraining.fit(trainer, epochs, training, validation);
 * }</pre>
 *
 * <p>A resumed training ends with the same bits as one that was never interrupted, in the middle of
 * an epoch, too. For this, before each epoch and each step the engine is seeded with a function of
 * one seed and the position: the one given to {@code Engine.setRandomSeed}, else one that is chosen
 * at the first start. Exactness further depends on the number of threads, the versions of DJL and
 * engine, and the kind of device; a resume under others is said. Augmentation that draws random
 * numbers is not exact while an executor of the training configuration fetches data ahead.
 *
 * <p>Part of the state are the parameters with their running statistics, the optimizer, the
 * metrics, what DJL's listeners and evaluators count, and every listener, evaluator, loss,
 * optimizer, learning rate tracker and block of yours that implements {@link Checkpointed}, also
 * inside one another. Gradients that are collected over several steps are not. For a training with
 * several trainers see {@link DjlCheckpointListener#alsoSave}.
 */
public final class DjlTraining {
  private static final Logger LOG = LoggerFactory.getLogger(DjlTraining.class);

  private DjlTraining() {}

  /**
   * Trains until so many epochs are complete, this attempt's and all before it. A training that was
   * complete already is not touched further. If the process is asked to stop (SIGTERM), the method
   * returns early, with the state saved.
   *
   * @param trainer an initialized trainer
   * @param epochs how many epochs the whole training has
   * @param training the training data; must be the same in each attempt
   * @param validation the validation data, or null
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws IOException if data cannot be read; as a {@link CheckpointException} if snapshots
   *     cannot be used, or cannot be saved for too long
   * @throws TranslateException if data cannot be processed
   */
  public static Progress fit(Trainer trainer, int epochs, Dataset training, Dataset validation)
      throws IOException, TranslateException {
    return fit(trainer, epochs, training, validation, Checkpointer.builder());
  }

  /**
   * Trains as {@link #fit(Trainer, int, Dataset, Dataset)} does, with settings of your own.
   *
   * @param trainer an initialized trainer
   * @param epochs how many epochs the whole training has
   * @param training the training data; must be the same in each attempt
   * @param validation the validation data, or null
   * @param settings when to save, what to keep, where
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws IOException if data cannot be read; as a {@link CheckpointException} if snapshots
   *     cannot be used, or cannot be saved for too long
   * @throws TranslateException if data cannot be processed
   */
  public static Progress fit(
      Trainer trainer,
      int epochs,
      Dataset training,
      Dataset validation,
      CheckpointerBuilder settings)
      throws IOException, TranslateException {
    DjlTrainingState state = new DjlTrainingState(trainer);
    state.dataPosition().data(training);
    try (Checkpointer checkpointer = state.open(settings)) {
      Progress from = checkpointer.resumedAt();
      Walk walk = new Walk(state, from, Positions.savedBy(checkpointer));
      if (from.epoch() >= epochs) {
        LOG.warn(NothingToTrain.complete(from.epoch(), epochs, "epochs"));
      } else {
        run(trainer, walk, epochs, training, validation, checkpointer);
      }
      return walk.now();
    }
  }

  /**
   * An iterator cannot throw what a save in the middle of an epoch throws, so that is unwrapped.
   */
  private static void run(
      Trainer trainer,
      Walk walk,
      int epochs,
      Dataset training,
      Dataset validation,
      Checkpointer checkpointer)
      throws IOException, TranslateException {
    try {
      new FitLoop(trainer, walk).run(epochs, training, validation);
      checkpointer.finish(walk.now(), EpochResults.of(trainer));
    } catch (TrainingStoppedException e) {
      LOG.info(e.getMessage());
    } catch (UncheckedIOException e) {
      throw Positions.unwrapped(e);
    }
  }
}
