// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.Checkpointed;
import io.cairn.model.Progress;
import java.util.Iterator;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves training data to where a resumed training stands: the iterator is reset as often as the one
 * in its place was before, for many put their data into another order each time, and what was read
 * of the epoch is skipped. An iterator that restores its own state stands there already.
 *
 * @param <B> the type of a batch
 */
final class Placement<B> {
  private static final Logger LOG = LoggerFactory.getLogger(Placement.class);

  /** Of DL4J's, those that are not where they were when they were reset as often. */
  private static final Set<String> UNREAD =
      Set.of("CachingDataSetIterator", "MultipleEpochsIterator");

  private final Randomness randomness;
  private final DataPosition dataPosition;
  private final Progress now;
  private final TrainingData<B> data;
  private final boolean firstIsReset;

  /**
   * Looks where the training stands.
   *
   * @param firstIsReset whether the data is reset before the first epoch, too, as early stopping
   *     does; data that was read to its end always is
   */
  Placement(Dl4jTrainingState state, TrainingData<B> data, boolean firstIsReset) {
    this.randomness = state.randomness();
    this.dataPosition = state.dataPosition();
    this.now = state.position().now();
    this.data = data;
    this.firstIsReset = firstIsReset;
  }

  void place() {
    long epochs = dataPosition.iterator().at(now);
    String kind = data.iterator().getClass().getSimpleName();
    if (epochs > 0 && UNREAD.contains(kind)) {
      LOG.warn(
          "The {} goes by what it read in earlier epochs, and those are not read again: if the data"
              + " in it changes its order at a reset, a resumed training has another order than an"
              + " uninterrupted one. Train on that data itself",
          kind);
    }
    if (data.iterator() instanceof Checkpointed) {
      placeByItself();
    } else if (now.batch() > 0) {
      intoTheEpoch(resets(epochs));
    } else {
      toTheEpoch(resets(epochs));
    }
  }

  /** It stands where it stood; what begins its next epoch is still to be done. */
  private void placeByItself() {
    if (firstIsReset && now.batch() == 0) {
      randomness.epochBegins();
      data.reset();
    }
  }

  /** How often the data is reset until its epoch begins. */
  private long resets(long epochs) {
    return epochs + (firstIsReset || !data.iterator().hasNext() ? 1 : 0);
  }

  private void toTheEpoch(long resets) {
    resetOften(resets - 1);
    if (now.epoch() > 0) {
      randomness.goOn();
    }
    randomness.epochBegins();
    resetOften(Math.min(1, resets));
  }

  private void intoTheEpoch(long resets) {
    resetOften(resets - 1);
    randomness.rewindToEpochStart();
    resetOften(Math.min(1, resets));
    dataPosition.requireSkipped(now, skip(data.iterator()));
    randomness.goOn();
  }

  private void resetOften(long times) {
    for (long i = 0; i < times && data.resetSupported(); i++) {
      data.reset();
    }
  }

  private long skip(Iterator<B> batches) {
    long rows = 0;
    for (long batch = 0; batch < now.batch(); batch++) {
      if (!batches.hasNext()) {
        throw new IllegalStateException(
            "Cannot resume at "
                + now
                + ": the training data has only "
                + batch
                + " batches per epoch. It must be the same data, in batches of the same size, as"
                + " when the snapshot was taken; or start another run under another name.");
      }
      rows += data.rows(batches.next());
    }
    return rows;
  }
}
