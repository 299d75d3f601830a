// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.dataset.Batch;
import io.cairn.model.Progress;
import java.util.Iterator;

/**
 * The batches of an epoch that were trained on before the snapshot was taken. DJL's own random
 * access datasets only move on in their order; the data of all others has to be fetched.
 */
abstract class SkippedBatches {

  abstract boolean hasNext();

  /** Leaves a batch out and says how many rows it has. */
  abstract int skip();

  /**
   * Moves on to where training stood. A dataset that draws at random draws as it did before.
   *
   * @return how many rows were skipped
   */
  static long skip(Iterator<Batch> batches, Progress to, Randomness randomness) {
    SkippedBatches skipped = SampledBatches.of(batches).orElseGet(() -> new Fetched(batches));
    long rows = 0;
    long firstStep = to.step() - to.batch();
    for (long batch = 0; batch < to.batch(); batch++) {
      randomness.beforeStep(firstStep + batch);
      if (!skipped.hasNext()) {
        throw new IllegalStateException(
            "Cannot resume at "
                + to
                + ": the training data has only "
                + batch
                + " batches per epoch. It must be the same data, in batches of the same size, as when"
                + " the snapshot was taken; or start another run under another name.");
      }
      rows += skipped.skip();
    }
    return rows;
  }

  private static final class Fetched extends SkippedBatches {
    private final Iterator<Batch> batches;

    Fetched(Iterator<Batch> batches) {
      this.batches = batches;
    }

    @Override
    boolean hasNext() {
      return batches.hasNext();
    }

    @Override
    int skip() {
      try (Batch batch = batches.next()) {
        return batch.getSize();
      }
    }
  }
}
