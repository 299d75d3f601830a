// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.dataset.Batch;
import io.cairn.Positions;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The way of a training through its epochs, seen from the data: when the next batch is asked for,
 * the step with the one before is complete. The last step of an epoch and all that follows it until
 * the epoch ends are one position.
 */
final class Walk {
  private final Randomness randomness;
  private final DataPosition data;
  private final Positions positions;
  private Progress now;
  private boolean moved;
  private Optional<Steps> inHand = Optional.empty();

  Walk(DjlTrainingState state, Progress from, Positions positions) {
    this.randomness = state.randomness();
    this.data = state.dataPosition();
    this.now = from;
    this.positions = positions;
  }

  Progress now() {
    return now;
  }

  /** Whether a batch was handed out and its step is not complete. */
  boolean isInsideStep() {
    return inHand.isPresent();
  }

  /** Before the data of an epoch is put into order. */
  void beginEpoch() {
    if (moved && now.batch() > 0) {
      throw new IllegalStateException(
          "The training data is read again at "
              + now
              + ", before the epoch has ended. At the end of each epoch, call"
              + " trainer.notifyListeners(listener -> listener.onEpoch(trainer)), as EasyTrain.fit"
              + " does.");
    }
    randomness.beforeEpoch(now.epoch());
  }

  /** The batches of the epoch from where the training stands. */
  Iterator<Batch> from(Iterator<Batch> batches) {
    if (!moved) {
      data.requireSameRows(now, SkippedBatches.skip(batches, now, randomness));
      moved = true;
    }
    return new Steps(batches);
  }

  private boolean endStep() {
    if (isInsideStep()) {
      inHand = Optional.empty();
      now = now.afterBatch();
      return true;
    }
    return false;
  }

  /** When validation is done and listeners know. A loop that left early has a batch in hand. */
  void endEpoch(Map<String, Double> metrics) throws CheckpointException {
    endStep();
    now = now.afterEpoch();
    data.epochEnded();
    positions.afterEpoch(now, metrics);
  }

  private final class Steps implements Iterator<Batch> {
    private final Iterator<Batch> batches;
    private boolean asked;

    Steps(Iterator<Batch> batches) {
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      requireNoOthersBatch();
      asked = true;
      boolean stepEnded = endStep();
      randomness.beforeStep(now.step());
      boolean more = batches.hasNext();
      if (!more) {
        randomness.beforeValidation(now.epoch());
      } else if (stepEnded) {
        positions.afterStepUnchecked(now);
      }
      return more;
    }

    /** A step has one batch, so that of two readers would be two, and the next start elsewhere. */
    private void requireNoOthersBatch() {
      if (inHand.filter(reader -> reader != this).isPresent()) {
        throw new IllegalStateException(
            "A second batch is read at "
                + now
                + " beside one that is in training: two data sets, or one of them twice, are read at"
                + " once from what checkpoints.resume returned, and each batch would count as a"
                + " step. Make one data set whose batches hold what a step needs, and resume that"
                + " one. To look at a batch only, take it from the data set itself.");
      }
    }

    @Override
    public Batch next() {
      if ((!asked || isInsideStep()) && !hasNext()) { // a loop may count its batches, and never ask
        throw new NoSuchElementException();
      }
      asked = false;
      Batch batch = batches.next();
      data.rowsRead(batch.getSize());
      inHand = Optional.of(this);
      return batch;
    }
  }
}
