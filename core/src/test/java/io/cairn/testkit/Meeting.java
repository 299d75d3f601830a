// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** So many threads that wait for each other: who comes alone, or one after the other, fails. */
public final class Meeting {
  private final CyclicBarrier all;

  /** Of so many threads, again and again. */
  public Meeting(int threads) {
    this.all = new CyclicBarrier(threads);
  }

  /**
   * Waits until all are there.
   *
   * @throws IllegalStateException if one does not come within a minute
   */
  public void join() {
    try {
      all.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException(
          "Only " + all.getNumberWaiting() + " of " + all.getParties() + " threads came", e);
    }
  }
}
