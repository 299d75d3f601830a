// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.SnapshotId;
import io.cairn.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * How the numbers of one tensor are distributed in several snapshots, in bins of the same bounds.
 *
 * @param tensor section and name
 * @param part the part it lies in
 * @param low the smallest finite number of all snapshots
 * @param high the largest finite number of all snapshots
 * @param oldestFirst the snapshots that hold the tensor
 */
public record TensorHistograms(
    String tensor, int part, double low, double high, List<Histogram> oldestFirst) {

  /** How many bins there are. */
  public static final int BINS = 40;

  /**
   * The finite numbers in one snapshot.
   *
   * @param id the snapshot
   * @param counts how many numbers are in each bin
   */
  public record Histogram(SnapshotId id, List<Long> counts) {

    /**
     * Copies the list.
     *
     * @param id the snapshot
     * @param counts how many numbers are in each bin
     */
    public Histogram {
      counts = List.copyOf(counts);
    }
  }

  /**
   * Copies the list.
   *
   * @param tensor section and name
   * @param part the part it lies in
   * @param low the smallest finite number
   * @param high the largest finite number
   * @param oldestFirst the snapshots that hold the tensor
   */
  public TensorHistograms {
    oldestFirst = List.copyOf(oldestFirst);
  }

  /**
   * Reads the tensor twice: for the bounds of the bins, and to fill them.
   *
   * @param store where the snapshots are
   * @param snapshots complete ones, oldest first
   * @param wanted a tensor of one of them
   * @param progress is told how many bytes of it were read
   * @return empty if it has no finite number
   * @throws IOException if a snapshot is damaged or cannot be read
   */
  public static Optional<TensorHistograms> read(
      Store store, List<SnapshotListing> snapshots, TensorInfo wanted, LongConsumer progress)
      throws IOException {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (SnapshotListing snapshot : snapshots) {
      try (SnapshotReader reader = SnapshotReader.open(store, snapshot)) {
        Optional<TensorInfo> tensor = find(reader, wanted);
        if (tensor.isPresent()) {
          Optional<TensorStatistics> numbers = reader.statistics(tensor.get());
          double min = numbers.map(TensorStatistics::min).orElse(Double.NaN);
          if (!Double.isNaN(min)) {
            low = Math.min(low, min);
            high = Math.max(high, numbers.get().max());
          }
          progress.accept(tensor.get().spec().byteSize());
        }
      }
    }
    return low > high
        ? Optional.empty()
        : Optional.of(fill(store, snapshots, wanted, new Bounds(low, high), progress));
  }

  private record Bounds(double low, double high) {}

  private static TensorHistograms fill(
      Store store,
      List<SnapshotListing> snapshots,
      TensorInfo wanted,
      Bounds bounds,
      LongConsumer progress)
      throws IOException {
    List<Histogram> histograms = new ArrayList<>();
    for (SnapshotListing snapshot : snapshots) {
      try (SnapshotReader reader = SnapshotReader.open(store, snapshot)) {
        Optional<TensorInfo> tensor = find(reader, wanted);
        if (tensor.isPresent()) {
          long[] counts = reader.histogram(tensor.get(), bounds.low, bounds.high, BINS);
          histograms.add(new Histogram(snapshot.id(), Arrays.stream(counts).boxed().toList()));
          progress.accept(tensor.get().spec().byteSize());
        }
      }
    }
    return new TensorHistograms(
        wanted.fullName(), wanted.part(), bounds.low, bounds.high, histograms);
  }

  private static Optional<TensorInfo> find(SnapshotReader reader, TensorInfo wanted) {
    return reader.tensors().stream()
        .filter(tensor -> tensor.part() == wanted.part())
        .filter(tensor -> tensor.fullName().equals(wanted.fullName()))
        .findFirst();
  }
}
