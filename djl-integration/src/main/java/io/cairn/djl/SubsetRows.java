// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.dataset.Dataset;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Which rows of a dataset a subset of it has; of a subset of a subset, the rows of the whole.
 * {@code randomSplit} draws them, and DJL's subsets do not tell.
 */
final class SubsetRows {
  private static final String DATASETS = Dataset.class.getPackageName() + ".";
  private static final Set<String> RANGES =
      Set.of(DATASETS + "RandomAccessDataset$SubDataset", DATASETS + "ArrayDataset$SubDataset");
  private static final Set<String> LISTS =
      Set.of(
          DATASETS + "RandomAccessDataset$SubDatasetByIndices",
          DATASETS + "ArrayDataset$SubDatasetByIndices");

  private final long[] rows;

  private SubsetRows(long[] rows) {
    this.rows = rows;
  }

  /** Nothing if the data is no subset that DJL made. */
  static Optional<SubsetRows> of(Dataset data) {
    String type = data.getClass().getName();
    if (RANGES.contains(type)) {
      int[] order = get(data, "indices", int[].class);
      int from = get(data, "from", Integer.class);
      int to = get(data, "to", Integer.class);
      return Optional.of(of(data, Arrays.stream(order, from, to).asLongStream()));
    }
    if (LISTS.contains(type)) {
      List<?> indices = get(data, "subIndices", List.class);
      return Optional.of(of(data, indices.stream().mapToLong(row -> (Long) row)));
    }
    return Optional.empty();
  }

  private static SubsetRows of(Dataset subset, LongStream rows) {
    Optional<SubsetRows> whole = of(get(subset, "dataset", Dataset.class));
    return new SubsetRows(
        whole.map(all -> rows.map(row -> all.rows[Math.toIntExact(row)])).orElse(rows).toArray());
  }

  private static <T> T get(Dataset subset, String field, Class<T> type) {
    return Internals.get(subset.getClass(), field, subset, type);
  }

  /** Whether they may have been drawn: they are in no order. */
  boolean areShuffled() {
    for (int i = 1; i < rows.length; i++) {
      if (rows[i] <= rows[i - 1]) {
        return true;
      }
    }
    return false;
  }

  /** Enough to tell other rows by, or another order of them. */
  String digest() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
      for (long row : rows) {
        sha.update(bytes.putLong(0, row).array());
      }
      return HexFormat.of().formatHex(sha.digest(), 0, Long.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
