// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.translate.TranslateException;
import ai.djl.util.Progress;
import ai.djl.util.RandomUtils;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SkippedBatchesTest {
  private static final int SIZE = 50;
  private NDManager manager;
  private Randomness randomness;
  private Numbers numbers;

  /** Each record is its own number. */
  private static final class Numbers extends RandomAccessDataset {
    int fetched;

    Numbers(Builder builder) {
      super(builder);
    }

    @Override
    public Record get(NDManager manager, long index) {
      fetched++;
      return new Record(
          new NDList(manager.create(new float[] {index})), new NDList(manager.create(index)));
    }

    @Override
    protected long availableSize() {
      return SIZE;
    }

    @Override
    public void prepare(Progress progress) {}

    static final class Builder extends BaseBuilder<Builder> {
      @Override
      protected Builder self() {
        return this;
      }
    }
  }

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    Engine.getInstance().setRandomSeed(4);
    randomness = new Randomness(Engine.getInstance());
    numbers = new Numbers(new Numbers.Builder().setSampling(8, true));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void theRestOfTheEpochIsTheSameAndNothingIsFetchedForWhatIsSkipped() throws Exception {
    List<String> whole = batches(numbers, null, 0);
    assertThat(whole).hasSize(7);
    numbers.fetched = 0;

    assertThat(batches(numbers, null, 4)).isEqualTo(whole.subList(4, 7));

    assertThat(numbers.fetched).isEqualTo(SIZE - 4 * 8);
  }

  @Test
  void dataThatOthersFetchAheadIsSkippedByFetching() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(1);
    try {
      List<String> whole = batches(numbers, executor, 0);
      assertThat(batches(numbers, executor, 4)).isEqualTo(whole.subList(4, 7));
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void aDatasetThatDrawsWhileItIsReadDrawsTheSameAgain() throws Exception {
    List<String> whole = batches(new RandomStream(), null, 0);
    assertThat(whole).hasSize(7).doesNotHaveDuplicates();
    assertThat(batches(new RandomStream(), null, 5)).isEqualTo(whole.subList(5, 7));
  }

  /** The texts of the batches from the k-th on, as an epoch would see them. */
  private List<String> batches(Dataset dataset, ExecutorService executor, int skipped)
      throws IOException, TranslateException {
    randomness.beforeEpoch(2);
    Iterator<Batch> batches = dataset.getData(manager, executor).iterator();
    SkippedBatches.skip(
        batches, new io.cairn.model.Progress(100 + skipped, 2, skipped), randomness);
    List<String> texts = new ArrayList<>();
    for (int step = 100 + skipped; ; step++) {
      randomness.beforeStep(step);
      if (!batches.hasNext()) {
        return texts;
      }
      Batch batch = batches.next();
      String values = Arrays.toString(batch.getData().get(0).toFloatArray());
      texts.add(batch.getProgress() + " of " + batch.getProgressTotal() + ": " + values);
      RandomUtils.nextInt(1 + step);
      batch.close();
    }
  }

  /** Seven batches of random numbers that depend on all that were drawn before. */
  private static final class RandomStream implements Dataset {
    @Override
    public Iterable<Batch> getData(NDManager manager) {
      return () ->
          new Iterator<>() {
            private int count;
            private float ahead;

            @Override
            public boolean hasNext() {
              ahead += RandomUtils.nextFloat();
              return count < 7;
            }

            @Override
            public Batch next() {
              count++;
              NDManager scope = manager.newSubManager();
              NDList data = new NDList(scope.create(new float[] {ahead, RandomUtils.nextFloat()}));
              return new Batch(scope, data, data, 1, null, null, count, 7);
            }
          };
    }

    @Override
    public Iterable<Batch> getData(NDManager manager, ExecutorService executor) {
      return getData(manager);
    }

    @Override
    public void prepare(Progress progress) {}
  }
}
