// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.BatchSampler;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.dataset.Record;
import ai.djl.training.dataset.Sampler;
import ai.djl.translate.Transform;
import ai.djl.util.Progress;
import ai.djl.util.RandomUtils;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Rows, or noise on them, that are drawn from a generator nobody can save. */
class OwnGeneratorsTest {

  /** Adds noise to its numbers. */
  private static class Noisy extends RandomAccessDataset {
    private final RandomGenerator noise;

    Noisy(RandomGenerator noise, Sampler sampler, Transform transform) {
      super(
          new Builder().setSampling(sampler).optPipeline(new ai.djl.translate.Pipeline(transform)));
      this.noise = noise;
    }

    @Override
    public Record get(NDManager manager, long index) {
      NDList data = new NDList(manager.create(index + noise.nextDouble()));
      return new Record(data, new NDList(manager.create(index)));
    }

    @Override
    protected long availableSize() {
      return 100;
    }

    @Override
    public void prepare(Progress progress) {}

    private static final class Builder extends BaseBuilder<Builder> {
      @Override
      protected Builder self() {
        return this;
      }
    }
  }

  /** Has no random access. */
  private static final class Stream implements Dataset {
    private static final Random RANDOM = new SecureRandom();

    @Override
    public Iterable<Batch> getData(NDManager manager) {
      throw new IllegalStateException("out of luck " + RANDOM.nextInt());
    }

    @Override
    public void prepare(Progress progress) {}
  }

  /** One of several for each row, and one for each kind of noise. */
  private static final class Several extends Noisy {
    private final List<Object> parts;
    private final Random[][] noises = {{new Random(5)}, {}};

    Several(Object... parts) {
      super(null, new BatchSampler(new ShuffledByEpoch(), 4), NDArray::duplicate);
      this.parts = List.of(parts);
    }

    @Override
    public Record get(NDManager manager, long index) {
      throw new IllegalStateException("out of " + parts + " and " + noises.length);
    }
  }

  private static Iterator<Long> shuffled(RandomAccessDataset data, Random random) {
    List<Long> rows = new ArrayList<>(LongStream.range(0, data.size()).boxed().toList());
    Collections.shuffle(rows, random);
    return rows.iterator();
  }

  /** As shuffled by a user's own generator. */
  private static final class Shuffled implements Sampler.SubSampler {
    private final Random order = new Random(5);

    @Override
    public Iterator<Long> sample(RandomAccessDataset data) {
      return shuffled(data, order);
    }
  }

  /** Nothing is left of one epoch in the next. */
  private static final class ShuffledByEpoch implements Sampler.SubSampler {
    @Override
    public Iterator<Long> sample(RandomAccessDataset data) {
      return shuffled(data, new Random(RandomUtils.nextInt()));
    }
  }

  private static Noisy noisy(RandomGenerator noise) {
    return new Noisy(noise, new BatchSampler(new ShuffledByEpoch(), 4), NDArray::duplicate);
  }

  private static String found(Dataset data) {
    return String.join(", ", OwnGenerators.in(data));
  }

  private static String in(Class<?> owner, String field, String type) {
    return "field '" + field + "' (" + type + ") of " + owner.getName();
  }

  @Test
  void generatorsOfADatasetAreFound() {
    String expected = in(Noisy.class, "noise", "java.util.random.RandomGenerator");
    assertThat(found(noisy(new Random(5)))).isEqualTo(expected);
    assertThat(found(noisy(new SplittableRandom(5)))).isEqualTo(expected);
    assertThat(
            found(new Noisy(new Random(5), new BatchSampler(new ShuffledByEpoch(), 4), a -> a) {}))
        .isEqualTo(expected);
    assertThat(found(noisy(new Random(5)).subDataset(0, 50))).isEqualTo(expected);
    assertThat(found(new Stream())).isEqualTo(in(Stream.class, "RANDOM", "java.util.Random"));
  }

  @Test
  void soAreThoseOfSamplersAndTransforms() {
    Random random = new Random(5);
    assertThat(found(new Noisy(null, new BatchSampler(new Shuffled(), 4), NDArray::duplicate)))
        .isEqualTo(in(Shuffled.class, "order", "java.util.Random"));
    Transform noise = array -> array.add(random.nextFloat());
    assertThat(found(new Noisy(null, new BatchSampler(new ShuffledByEpoch(), 4), noise)))
        .startsWith("field '")
        .contains("(java.util.Random) of " + OwnGeneratorsTest.class.getName());
  }

  @Test
  void soAreThoseInListsAndArrays() {
    assertThat(found(new Several("no generator", new Shuffled(), new Random(5))).split(", "))
        .containsExactlyInAnyOrder(
            in(Several.class, "parts", "java.util.List"),
            in(Several.class, "noises", "java.util.Random[][]"),
            in(Shuffled.class, "order", "java.util.Random"));
  }

  @Test
  void dataWithoutOnesHasNone() {
    assertThat(found(noisy(null))).isEmpty();
    try (Training training = Training.with("sgd").start()) {
      assertThat(found(training.data)).isEmpty();
    }
  }

  @Test
  void theyAreWarnedOfOnce() throws Exception {
    try (Training training = Training.with("sgd").start();
        LoggedWarnings logged = new LoggedWarnings()) {
      training.state.dataPosition().data(training.data);
      assertThat(logged.of(DataPosition.class)).isEmpty();
      training.state.dataPosition().data(noisy(new Random(5)));
      training.state.dataPosition().data(noisy(new Random(5)));
      assertThat(logged.of(DataPosition.class))
          .hasLineCount(1)
          .endsWith(
              "The training data has a random generator of its own: "
                  + in(Noisy.class, "noise", "java.util.random.RandomGenerator")
                  + ". A snapshot does not hold its state, so it begins again when training is"
                  + " resumed, and if rows, their order or their augmentation are drawn from it"
                  + " while training, they are others than without an interruption. Draw from"
                  + " ai.djl.util.RandomUtils or an NDManager instead, which are seeded for each"
                  + " epoch and step; or make the generator anew for each epoch, with"
                  + " RandomUtils.nextInt() as its seed");
    }
  }
}
