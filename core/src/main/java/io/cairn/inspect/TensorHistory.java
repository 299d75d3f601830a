// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;

/** Follows tensors through snapshots, with two of them open at a time. Used by one thread. */
public final class TensorHistory {
  private final Store store;
  private final Predicate<TensorInfo> wanted;
  private final LongConsumer progress;

  /**
   * A history.
   *
   * @param store where the snapshots are
   * @param wanted which tensors to read
   * @param progress is told the size of each snapshot that was read
   */
  public TensorHistory(Store store, Predicate<TensorInfo> wanted, LongConsumer progress) {
    this.store = store;
    this.wanted = wanted;
    this.progress = progress;
  }

  /**
   * Reads the tensors of snapshots. Those whose numbers are packed in an unknown way are left out.
   *
   * @param oldestFirst complete snapshots
   * @param target takes each tensor of each snapshot
   * @throws IOException if a snapshot is damaged or cannot be read
   */
  public void read(List<SnapshotListing> oldestFirst, Consumer<TensorRecord> target)
      throws IOException {
    SnapshotReader last = null;
    try {
      for (SnapshotListing snapshot : oldestFirst) {
        SnapshotReader reader = SnapshotReader.open(store, snapshot);
        try {
          read(last, reader, target);
        } finally {
          close(last);
          last = reader;
        }
        progress.accept(snapshot.bytes());
      }
    } finally {
      close(last);
    }
  }

  private static void close(SnapshotReader reader) throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  private void read(SnapshotReader last, SnapshotReader reader, Consumer<TensorRecord> target)
      throws IOException {
    SnapshotComparison comparison = last == null ? null : new SnapshotComparison(last, reader);
    for (TensorInfo tensor : reader.tensors()) {
      Optional<TensorStatistics> numbers =
          wanted.test(tensor) ? reader.statistics(tensor) : Optional.empty();
      if (numbers.isPresent()) {
        target.accept(record(comparison, reader.snapshot(), tensor, numbers.get()));
      }
    }
  }

  private static TensorRecord record(
      SnapshotComparison comparison,
      SnapshotListing snapshot,
      TensorInfo tensor,
      TensorStatistics numbers)
      throws IOException {
    if (comparison == null) {
      return new TensorRecord(snapshot, tensor, numbers, Double.NaN, Double.NaN);
    }
    TensorDiff diff = comparison.compare(tensor);
    return new TensorRecord(snapshot, tensor, numbers, diff.distance(), diff.relativeChange());
  }
}
