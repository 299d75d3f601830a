// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.Trainer;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.translate.TranslateException;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.NothingToTrain;
import io.cairn.Positions;
import io.cairn.TrainingStoppedException;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves and resumes a training that runs in {@code EasyTrain.fit}, or in a loop of your own. It is
 * added as the last listener; the loop gets the number of epochs and the training data through it:
 *
 * <pre>{@code
 * +DjlCheckpointListener checkpoints = new DjlCheckpointListener();
 *  TrainingConfig config = new DefaultTrainingConfig(loss)
 *      .addTrainingListeners(TrainingListener.Defaults.logging())
 * +    .addTrainingListeners(checkpoints);
 *  ...
 *  trainer.initialize(new Shape(1, 784));
 * -EasyTrain.fit(trainer, 10, training, validation);
 * +EasyTrain.fit(trainer, checkpoints.remainingEpochs(10), checkpoints.resume(training), validation);
 * }</pre>
 *
 * <p>A step is complete when the loop asks for the next batch, so each batch must be one step. An
 * epoch is complete when the listeners are told so; a loop of your own must do that. A loop that
 * can be changed further is better off with {@link DjlTraining#fit}, which says more of what is
 * saved and what makes it exact; all of it holds here.
 *
 * <p>If the process is asked to stop (SIGTERM), the data ends the loop by a {@link
 * TrainingStoppedException}, with the state saved. If snapshots cannot be saved for too long, the
 * loop ends by an {@link UncheckedIOException} around a {@link CheckpointException}. Used by the
 * thread that trains.
 */
public final class DjlCheckpointListener implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(DjlCheckpointListener.class);
  private static final String USAGE =
      "EasyTrain.fit(trainer, checkpoints.remainingEpochs(epochs), checkpoints.resume(training),"
          + " validation)";

  private final CheckpointerBuilder settings;
  private final SortedMap<String, Trainer> others = new TreeMap<>();
  private Trainer trainer;
  private DjlTrainingState state;
  private Checkpointer checkpointer;
  private Walk walk;
  private int epochs = Integer.MAX_VALUE;
  private boolean ended;
  private boolean isOfAnother;

  /** A listener with what the container says, and defaults. */
  public DjlCheckpointListener() {
    this(Checkpointer.builder());
  }

  /**
   * A listener with settings of your own.
   *
   * @param settings when to save, what to keep, where
   */
  public DjlCheckpointListener(CheckpointerBuilder settings) {
    this.settings = settings;
  }

  /**
   * Makes another trainer part of this training: every snapshot holds the state of both, so that
   * they go on from the same step, whenever the process is killed. For trainings with several
   * models (generator and discriminator, actor and critic), each with a trainer of its own. Call it
   * before {@link #remainingEpochs}.
   *
   * <p>An optimizer's gradients are not saved: begin each step with {@code
   * GradientCollector.zeroGradients()} if a model's gradients are also filled by another's step.
   *
   * @param name the same in each attempt; 1 to 24 letters, digits, {@code -} or {@code _}, starting
   *     with a letter or digit
   * @param other an initialized trainer
   * @return this
   */
  public DjlCheckpointListener alsoSave(String name, Trainer other) {
    if (walk != null) {
      throw new IllegalStateException(
          "Trainer '"
              + name
              + "' comes too late: the training was resumed already. Call alsoSave before"
              + " remainingEpochs.");
    }
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,23}")) {
      throw new IllegalArgumentException(
          "A trainer's name must be 1 to 24 letters, digits, '-' or '_' and start with a letter or"
              + " digit, but is '"
              + name
              + "'");
    }
    if (other == trainer || others.containsValue(other) || others.put(name, other) != null) {
      throw new IllegalArgumentException(
          "Trainer '" + name + "', or its name, is part of this training already");
    }
    return this;
  }

  /**
   * Says how many epochs are not complete; loads the newest snapshot into the trainer if {@link
   * #resume} has not. Call both after {@code trainer.initialize}. Without this call, a training is
   * never complete, and what comes after its last epoch is not saved.
   *
   * @param epochs how many epochs the whole training has
   * @return how many of them the loop has to run; the same until the trainer is closed
   * @throws CheckpointException if snapshots were found and none can be used
   */
  public int remainingEpochs(int epochs) throws CheckpointException {
    openOnce();
    this.epochs = epochs;
    long complete = checkpointer.resumedAt().epoch();
    if (complete >= epochs) {
      LOG.warn(NothingToTrain.complete(complete, epochs, "epochs"));
    }
    return (int) Math.max(0, epochs - complete);
  }

  private void openOnce() throws CheckpointException {
    if (isOfAnother) {
      throw ofAnother();
    }
    if (walk == null) {
      open();
    }
  }

  private void open() throws CheckpointException {
    requireLastListener();
    state = new DjlTrainingState(trainer, others);
    checkpointer = state.open(settings);
    walk = new Walk(state, checkpointer.resumedAt(), Positions.savedBy(checkpointer));
  }

  /** What the others do at the end of an epoch must be in the snapshot. */
  private void requireLastListener() {
    if (trainer == null) {
      throw new IllegalStateException(
          "The checkpoint listener belongs to no trainer. Add it to the training configuration,"
              + " before model.newTrainer(config).");
    }
    List<TrainingListener> listeners = new ArrayList<>();
    trainer.notifyListeners(listeners::add);
    TrainingListener last = listeners.get(listeners.size() - 1);
    if (last != this) {
      throw new IllegalStateException(
          "The checkpoint listener must be the last one, but "
              + last.getClass().getName()
              + " comes after it. Add it after all others.");
    }
  }

  /**
   * Makes training data begin where the training stands; loads the newest snapshot into the trainer
   * if {@link #remainingEpochs} has not. For the training data only; validation data is passed as
   * it is, even if it is the same object.
   *
   * @param training the training data; must be the same in each attempt
   * @return the data for the loop; its first epoch may be shorter
   * @throws IOException if data cannot be read; as a {@link CheckpointException} if the snapshot
   *     was taken with other data
   * @throws TranslateException if data cannot be processed
   */
  public Dataset resume(Dataset training) throws IOException, TranslateException {
    openOnce();
    state.dataPosition().data(training);
    return new ResumedDataset(training, walk);
  }

  /**
   * Where the training stands. In a resumed epoch, {@link Progress#batch()} are the batches that
   * were trained on before: a loop that counts batches itself begins with that number.
   *
   * @return the position after the last complete step
   * @throws IllegalStateException if neither the epochs nor the data were asked for yet
   */
  public Progress position() {
    if (walk == null) {
      throw new IllegalStateException("The training was not resumed yet. Train with " + USAGE);
    }
    return walk.now();
  }

  /** Called by DJL before the first batch. */
  @Override
  public void onTrainingBegin(Trainer begun) {
    if (trainer == null || (ended && walk == null)) {
      trainer = begun;
      ended = false;
    } else if (ended) {
      isOfAnother = true; // it may evaluate
    } else {
      throw ofAnother();
    }
  }

  private static IllegalStateException ofAnother() {
    return new IllegalStateException(
        "The checkpoint listener belongs to a trainer already, and is told of the steps of one"
            + " only: give each trainer a training configuration of its own, and each training a"
            + " new DjlCheckpointListener. Another trainer of the same training is named by"
            + " alsoSave, and has none.");
  }

  /** Called by DJL after each batch. */
  @Override
  public void onTrainingBatch(Trainer trained, BatchData batchData) {
    if (walk == null || !walk.isInsideStep()) {
      throw new IllegalStateException(
          "This training has a checkpoint listener but would not be saved: the batch did not come"
              + " from checkpoints.resume(training). Train with "
              + USAGE);
    }
  }

  /** Called by DJL after each batch of validation. */
  @Override
  public void onValidationBatch(Trainer trained, BatchData batchData) {
    // Validation is part of the epoch's end.
  }

  /** Called by DJL after each epoch. */
  @Override
  public void onEpoch(Trainer trained) {
    try {
      walk.endEpoch(EpochResults.of(trained));
      if (walk.now().epoch() >= epochs) {
        checkpointer.finish(walk.now(), EpochResults.of(trained));
      }
    } catch (CheckpointException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Called by DJL after the training. */
  @Override
  public void onTrainingEnd(Trainer trained) {
    ended = true;
    if (checkpointer != null) {
      checkpointer.close();
    }
  }
}
