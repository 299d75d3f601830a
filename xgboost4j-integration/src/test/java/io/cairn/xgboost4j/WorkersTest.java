// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Rank;
import io.cairn.testkit.Repro;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int COUNT = 3;

  /** Sums and maxima of floats, as the communicator makes them, between threads. */
  private static final class Floats {
    private final CyclicBarrier barrier = new CyclicBarrier(COUNT);
    private final float[][] values = new float[COUNT][];

    float[] reduce(int rank, float[] mine, boolean sum) {
      values[rank] = mine.clone();
      await();
      float[] result = values[0].clone();
      for (int worker = 1; worker < COUNT; worker++) {
        for (int i = 0; i < result.length; i++) {
          float other = values[worker][i];
          result[i] = sum ? result[i] + other : Math.max(result[i], other);
        }
      }
      await();
      return result;
    }

    private void await() {
      try {
        barrier.await();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static <T> List<T> onAll(Function<Workers, T> call) throws Exception {
    Floats floats = new Floats();
    ExecutorService threads = Executors.newFixedThreadPool(COUNT);
    try {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        int rank = i;
        Workers workers =
            new Workers(
                new Rank(rank, COUNT),
                mine -> floats.reduce(rank, mine, true),
                mine -> floats.reduce(rank, mine, false));
        calls.add(() -> call.apply(workers));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void agreeOnTheLargestNumberToItsLastBit() throws Exception {
    Random random = Repro.random("largest");
    for (int i = 0; i < 200; i++) {
      long[] numbers = random.longs(COUNT).map(n -> n >> random.nextInt(64)).toArray();
      long largest = LongStream.of(numbers).max().orElseThrow();
      List<Long> results = onAll(workers -> workers.largest(numbers[indexOf(workers)]));
      assertThat(results).containsOnly(largest);
    }
  }

  private static int indexOf(Workers workers) {
    long[] marks = workers.gather(Thread.currentThread().getId());
    for (int i = 0; i < marks.length; i++) {
      if (marks[i] == Thread.currentThread().getId()) {
        return i;
      }
    }
    throw new AssertionError();
  }

  @Test
  void gatherNumbersByRankAndVote() throws Exception {
    for (long[] all : onAll(workers -> workers.gather(-1L - indexOf(workers)))) {
      assertThat(all).containsExactly(-1, -2, -3);
    }
    assertThat(onAll(workers -> workers.any(indexOf(workers) == 1))).containsOnly(true);
    assertThat(onAll(workers -> workers.any(false))).containsOnly(false);
  }
}
