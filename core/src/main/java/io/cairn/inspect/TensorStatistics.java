// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

/**
 * What the numbers of a tensor are like. NaN and infinities are counted and left out of the rest;
 * complex numbers count as two.
 *
 * @param count how many numbers there are
 * @param nan how many are not a number
 * @param infinite how many are infinite
 * @param min the smallest finite one; NaN if there is none
 * @param max the largest finite one; NaN if there is none
 * @param mean the mean of the finite ones; NaN if there is none
 * @param norm the Euclidean norm of the finite ones
 */
public record TensorStatistics(
    long count, long nan, long infinite, double min, double max, double mean, double norm) {

  /** Collects numbers. */
  static final class Collector {
    private static final double DOWN = 0x1p-100;

    private long count;
    private long nan;
    private long infinite;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double sum;
    private double scaledSum;
    private final Norm norm = new Norm();

    /** Sums of a chunk are added as one: the error stays small however long the tensor is. */
    void add(double[] values, int length) {
      double chunkSum = 0;
      double chunkSquares = 0;
      for (int i = 0; i < length; i++) {
        double value = values[i];
        if (Double.isFinite(value)) {
          min = Math.min(min, value);
          max = Math.max(max, value);
          chunkSum += value;
          chunkSquares += value * value;
        } else if (Double.isNaN(value)) {
          nan++;
        } else {
          infinite++;
        }
      }
      count += length;
      if (Double.isFinite(chunkSquares)) {
        sum += chunkSum;
      } else {
        scaledSum += scaledSum(values, length);
      }
      norm.add(chunkSquares, length, i -> Double.isFinite(values[i]) ? values[i] : 0);
    }

    /** Of numbers so large that their sum might be no double. */
    private static double scaledSum(double[] values, int length) {
      double chunkSum = 0;
      for (int i = 0; i < length; i++) {
        chunkSum += Double.isFinite(values[i]) ? values[i] * DOWN : 0;
      }
      return chunkSum;
    }

    TensorStatistics result() {
      long finite = count - nan - infinite;
      return finite == 0
          ? new TensorStatistics(count, nan, infinite, Double.NaN, Double.NaN, Double.NaN, 0)
          : new TensorStatistics(count, nan, infinite, min, max, mean(finite), norm.value());
    }

    /** Never outside of what it is the mean of, however it was rounded. */
    private double mean(long finite) {
      double mean = sum / finite + scaledSum / finite / DOWN;
      return Math.max(min, Math.min(max, mean));
    }
  }
}
