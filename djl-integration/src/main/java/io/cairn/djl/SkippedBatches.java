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

  abstract void skip();

  /** Moves on to where training stood. A dataset that draws at random draws as it did before. */
  static void skip(Iterator<Batch> batches, Progress to, Randomness randomness) {
    SkippedBatches skipped = SampledBatches.of(batches).orElseGet(() -> new Fetched(batches));
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
      skipped.skip();
    }
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
    void skip() {
      batches.next().close();
    }
  }
}
