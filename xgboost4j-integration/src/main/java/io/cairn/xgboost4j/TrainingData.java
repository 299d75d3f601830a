// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.model.Fingerprint;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * What can be told of training data without reading its features: how many rows and values, and
 * which labels, weights, margins and groups.
 */
final class TrainingData {
  private static final int CHUNK = 1 << 14;

  private final long[] rows;
  private final long[] digests;

  /**
   * @param rows how many rows, by worker
   * @param digests of the rest, by worker
   */
  private TrainingData(long[] rows, long[] digests) {
    this.rows = rows;
    this.digests = digests;
  }

  static TrainingData of(DMatrix data, Workers workers) throws XGBoostError {
    return new TrainingData(workers.gather(data.rowNum()), workers.gather(digest(data)));
  }

  private static long digest(DMatrix data) throws XGBoostError {
    MessageDigest sha = Sha256.start();
    add(sha, new float[] {data.nonMissingNum() >>> 24, data.nonMissingNum() & 0xFFFFFF});
    add(sha, data.getLabel());
    add(sha, data.getWeight());
    add(sha, data.getBaseMargin());
    ByteBuffer groups = ByteBuffer.allocate(data.getGroup().length * Integer.BYTES);
    groups.asIntBuffer().put(data.getGroup());
    sha.update(groups);
    return ByteBuffer.wrap(sha.digest()).getLong();
  }

  private static void add(MessageDigest sha, float[] values) {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES);
    for (int from = 0; from < values.length; from += CHUNK) {
      int count = Math.min(CHUNK, values.length - from);
      chunk.clear();
      chunk.asFloatBuffer().put(values, from, count);
      sha.update(chunk.limit(count * Float.BYTES));
    }
    sha.update((byte) 0);
  }

  /** Which worker has which share of the same data changes last bits only. */
  void describe(Fingerprint.Builder facts) {
    long[] sortedRows = rows.clone();
    long[] sortedDigests = digests.clone();
    Arrays.sort(sortedRows);
    Arrays.sort(sortedDigests);
    facts
        .identity("training rows", text(LongStream.of(sortedRows), false))
        .identity("training labels", text(LongStream.of(sortedDigests), true))
        .environment("shares of data by rank", text(LongStream.of(digests), true));
  }

  private static String text(LongStream numbers, boolean hex) {
    return numbers
        .mapToObj(number -> hex ? "%016x".formatted(number) : String.valueOf(number))
        .collect(Collectors.joining(" + "));
  }
}
