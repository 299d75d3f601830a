// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Positions;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.Progress;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The way of a training through its epochs, seen from the data: when DL4J asks for the next batch,
 * it is done with the one before, constraints and counters included. The last batch of an epoch and
 * all that follows it until the epoch ends are one position.
 *
 * @param <B> the type of a batch
 */
final class Walk<B> implements AutoCloseable {
  private final Dl4jTrainingState state;
  private final Positions positions;
  private final TrainingData<B> data;
  private boolean placed;
  private boolean firstIsReset;
  private boolean batchInHand;
  private boolean isRead;
  private boolean nothingRead;
  private Runnable beforeEarlyResetIsRefused = () -> {};
  private TrainingData.ReadAhead<B> ahead;
  private Optional<Supplier<Map<String, Double>>> resultsAtReset = Optional.empty();

  Walk(Dl4jTrainingState state, Positions positions, TrainingData<B> data) {
    this(state, positions, data, false);
  }

  /**
   * Begins to walk.
   *
   * @param placed whether the data begins where the training stands
   */
  Walk(Dl4jTrainingState state, Positions positions, TrainingData<B> data, boolean placed) {
    this.state = state;
    this.positions = positions;
    this.data = data;
    this.placed = placed;
  }

  TrainingData<B> data() {
    return data;
  }

  /** Whether anything of the data was asked for. */
  boolean isPlaced() {
    return placed;
  }

  /** Whether a batch was handed out and is not complete. */
  boolean isInsideStep() {
    return batchInHand;
  }

  boolean hasNext() {
    requireTrained();
    boolean batchEnded = endBatch();
    boolean more = batches().hasNext();
    isRead = !more;
    if (more && batchEnded) {
      positions.afterStepUnchecked(state.position().now());
    }
    return more;
  }

  /** Else batches would be counted, and left out after a restart, that nothing was trained on. */
  private void requireTrained() {
    if (batchInHand && !state.position().hasStepped()) {
      throw new IllegalStateException(
          "A batch of the training data was read after "
              + state.position().now()
              + ", but the next one is asked for and no step of training was made of it. What"
              + " resume(data) returns is for network.fit only: evaluate, or fit a normalizer, on"
              + " an iterator of its own. If it was network.fit that read it, DL4J has left the"
              + " batch out, and its log says why.");
    }
  }

  /** When DL4J is done with the batch. */
  boolean endBatch() {
    if (batchInHand) {
      batchInHand = false;
      state.position().afterBatch();
      return true;
    }
    return false;
  }

  B next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    B batch = batches().next();
    state.dataPosition().read(data.rows(batch), data.batchSize());
    state.position().beforeBatch();
    batchInHand = true;
    nothingRead = false;
    return batch;
  }

  /** For a training that resets its data between two epochs, and only then. */
  void endEpochsAtReset(Supplier<Map<String, Double>> metrics) {
    resultsAtReset = Optional.of(metrics);
  }

  /** For an owner that may know a better reason, and throws it. */
  void beforeEarlyResetIsRefused(Runnable check) {
    beforeEarlyResetIsRefused = check;
  }

  /** Whether all of the epoch was read and trained on, and nobody has ended it. */
  boolean isAtEpochsEnd() {
    return isRead && !batchInHand && state.position().now().batch() > 0;
  }

  private void endEpochAtReset() {
    if (resultsAtReset.isPresent() && isAtEpochsEnd()) {
      try {
        endEpoch(resultsAtReset.get().get());
      } catch (CheckpointException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Begins an epoch of a training that resets its data before each, the first included. If the
   * training was resumed in the middle of one, that goes on.
   */
  void begin() {
    firstIsReset = true;
    if (placed) {
      reset();
    } else if (state.position().now().batch() == 0) {
      place();
    }
  }

  /** Begins an epoch. */
  void reset() {
    if (!placed) {
      firstIsReset = true; // done where the training stands
      return;
    }
    if (nothingRead) {
      return; // it was reset just now
    }
    endEpochAtReset();
    requireBetweenEpochs();
    close();
    state.randomness().epochBegins();
    data.reset();
    isRead = false;
    nothingRead = true;
  }

  /** An epoch that is begun is read to its end. */
  void requireBetweenEpochs() {
    Progress now = state.position().now();
    if (batchInHand || (placed && now.batch() > 0)) {
      beforeEarlyResetIsRefused.run();
      throw new IllegalStateException(
          "The training data is reset at "
              + now
              + ", before the epoch has ended. Let network.fit(data) read the epoch to its end, and"
              + " evaluate on an iterator of its own.");
    }
  }

  /** When DL4J is done with the epoch. */
  void endEpoch(Map<String, Double> metrics) throws CheckpointException {
    endBatch();
    state.position().afterEpoch();
    state.dataPosition().epochEnded(state.position().now());
    positions.afterEpoch(state.position().now(), metrics);
  }

  private void place() {
    new Placement<>(state, data, firstIsReset).place();
    placed = true;
  }

  private Iterator<B> batches() {
    if (!placed) {
      place();
    }
    if (!data.asyncSupported() || data.iterator() instanceof Checkpointed) {
      return data.iterator();
    }
    if (ahead == null) {
      ahead = data.readAhead();
    }
    return ahead.iterator();
  }

  /** Stops reading ahead. */
  @Override
  public void close() {
    if (ahead != null) {
      ahead.shutdown().run();
      ahead = null;
    }
  }
}
