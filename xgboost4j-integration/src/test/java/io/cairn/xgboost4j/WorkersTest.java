// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int COUNT = 3;

  /** Sums of floats, as the communicator makes them, between threads. */
  private static final class Floats {
    private final CyclicBarrier barrier = new CyclicBarrier(COUNT);
    private final float[][] values = new float[COUNT][];

    float[] sum(int rank, float[] mine) {
      values[rank] = mine.clone();
      await();
      float[] result = new float[mine.length];
      for (float[] worker : values) {
        for (int i = 0; i < result.length; i++) {
          result[i] += worker[i];
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

  /** What is asked of one of the workers. */
  private interface Call<T> {
    T on(int rank, Workers workers) throws Exception;
  }

  private static <T> List<T> onAll(Call<T> call) throws Exception {
    Floats floats = new Floats();
    ExecutorService threads = Executors.newFixedThreadPool(COUNT);
    try {
      List<Callable<T>> calls = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        int rank = i;
        Workers workers = new Workers(new Rank(rank, COUNT), mine -> floats.sum(rank, mine));
        calls.add(() -> call.on(rank, workers));
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
  void exchangeNumbersToTheirLastBit() throws Exception {
    Random random = Repro.random("numbers");
    for (int i = 0; i < 100; i++) {
      long[] numbers = random.longs(COUNT).map(n -> n >> random.nextInt(64)).toArray();
      for (long[] all : onAll((rank, workers) -> workers.gather(numbers[rank]))) {
        assertThat(all).isEqualTo(numbers);
      }
    }
  }

  @Test
  void oneVoteIsEnough() throws Exception {
    assertThat(onAll((rank, workers) -> workers.any(rank == 1))).containsOnly(true);
    assertThat(onAll((rank, workers) -> workers.any(false))).containsOnly(false);
  }

  @Test
  void oneAloneNeedsNobody() throws Exception {
    Workers alone =
        new Workers(
            Rank.SINGLE,
            values -> {
              throw new AssertionError("Nobody is there to add to this");
            });
    assertThat(alone.gather(-7)).containsExactly(-7);
    assertThat(alone.any(true)).isTrue();
  }

  /** XGBoost4J gives back what it got when a worker is lost, or some of it summed up. */
  @Test
  void aSumThatFailedIsNoticed() {
    Workers unheard = new Workers(new Rank(0, COUNT), values -> values);
    assertThatThrownBy(() -> unheard.any(false))
        .isInstanceOf(XGBoostError.class)
        .hasMessage(
            "The 3 workers could not agree: at least one has ended. XGBoost cannot go on without"
                + " it: start all workers again, and they resume together");
    Workers heardInPart =
        new Workers(
            new Rank(0, COUNT),
            values -> {
              for (int i = 0; i < values.length / 2; i++) {
                values[i] *= COUNT;
              }
              return values;
            });
    assertThatThrownBy(() -> heardInPart.gather(0)).isInstanceOf(XGBoostError.class);
  }
}
