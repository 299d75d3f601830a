// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.BulkDataIterable;
import ai.djl.training.dataset.DataIterable;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Skips batches of DJL's own data iterators without fetching them: only their indices are drawn.
 * That needs two fields; where DJL has others, data is fetched and thrown away.
 */
final class SampledBatches extends SkippedBatches {
  private static final Set<Class<?>> KNOWN = Set.of(DataIterable.class, BulkDataIterable.class);

  private final Iterator<?> indices;
  private final AtomicInteger progress;

  private SampledBatches(Iterator<?> indices, AtomicInteger progress) {
    this.indices = indices;
    this.progress = progress;
  }

  /** Nothing if the batches are another's, or some were already asked for in other threads. */
  static Optional<SkippedBatches> of(Iterator<Batch> batches) {
    if (!KNOWN.contains(batches.getClass())) {
      return Optional.empty();
    }
    try {
      boolean prefetched = Internals.get(field("executor"), batches) != null;
      return prefetched
          ? Optional.empty()
          : Optional.of(
              new SampledBatches(
                  (Iterator<?>) Internals.get(field("sample"), batches),
                  (AtomicInteger) Internals.get(field("progressCounter"), batches)));
    } catch (UnsupportedOperationException | ClassCastException e) {
      return Optional.empty();
    }
  }

  private static Field field(String name) {
    return Internals.field(DataIterable.class, name);
  }

  @Override
  boolean hasNext() {
    return indices.hasNext();
  }

  @Override
  int skip() {
    int rows = ((Collection<?>) indices.next()).size();
    progress.addAndGet(rows);
    return rows;
  }
}
