// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * A way for all ranks to agree, handed in by a caller that has one (an all-reduce). With it, ranks
 * that save state of their own can use triggers that would drift apart (time, metrics, requests)
 * and choose the snapshot to resume from together.
 */
@FunctionalInterface
public interface Agreement {

  /**
   * The largest of all ranks' values. Every rank calls this equally often, in the same order, on
   * its training thread; it may block until all have called.
   *
   * @param mine this rank's value
   * @return the largest value, the same on all ranks
   */
  long max(long mine);

  /**
   * The smallest of all ranks' values.
   *
   * @param mine this rank's value
   * @return the smallest value, the same on all ranks
   */
  default long min(long mine) {
    return -max(-mine);
  }
}
