// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Generated training data, in another order in every epoch. */
@SuppressWarnings("serial")
class Rows implements DataSetIterator {
  static final int COUNT = 60;
  static final int BATCH = 6;

  private final int batch;
  private final List<DataSet> rows;
  private final List<Integer> order;
  private final boolean async;
  private DataSetPreProcessor preProcessor;
  private int next;

  Rows(List<DataSet> rows, int batch, boolean async) {
    this.rows = rows;
    this.batch = batch;
    this.async = async;
    this.order = new ArrayList<>(IntStream.range(0, rows.size()).boxed().toList());
  }

  /** Points around three corners. */
  static List<DataSet> points(int count, int features) {
    Random random = new Random(11);
    List<DataSet> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = new float[features];
      for (int j = 0; j < features; j++) {
        x[j] = (float) (random.nextGaussian() + (j % 3 == i % 3 ? 1.5 : 0));
      }
      rows.add(new DataSet(Nd4j.create(x, 1, features), oneHot(i)));
    }
    return rows;
  }

  /** Series of which each step tells the class of the next. */
  static List<DataSet> series(int count, int features, int length) {
    Random random = new Random(13);
    List<DataSet> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] x = new float[features * length];
      float[] y = new float[3 * length];
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) random.nextGaussian();
      }
      for (int t = 0; t < length; t++) {
        y[random.nextInt(3) * length + t] = 1;
      }
      rows.add(new DataSet(Nd4j.create(x, 1, features, length), Nd4j.create(y, 1, 3, length)));
    }
    return rows;
  }

  private static org.nd4j.linalg.api.ndarray.INDArray oneHot(int row) {
    float[] y = new float[3];
    y[row % 3] = 1;
    return Nd4j.create(y, 1, 3);
  }

  /** Shuffled by a generator of its own, once for each reset. */
  static Rows shuffledByItself(List<DataSet> rows, boolean async) {
    Random random = new Random(3);
    return new Rows(rows, BATCH, async) {
      @Override
      void shuffle(List<Integer> order) {
        Collections.shuffle(order, random);
      }
    };
  }

  /** Shuffled by ND4J's generator of the thread that trains. */
  static Rows shuffledByNd4j(List<DataSet> rows) {
    return new Rows(rows, BATCH, false) {
      @Override
      void shuffle(List<Integer> order) {
        Collections.sort(order);
        Collections.shuffle(order, new Random(Nd4j.getRandom().nextLong()));
      }
    };
  }

  /** Knows where it stands. */
  static Rows seekable(List<DataSet> rows) {
    return new Seekable(rows);
  }

  private static final class Seekable extends Rows implements Checkpointed {
    Seekable(List<DataSet> rows) {
      super(rows, BATCH, true);
    }

    @Override
    void shuffle(List<Integer> order) {
      Collections.shuffle(order, new Random(order.get(0)));
    }

    @Override
    public void capture(SectionSink sink) {
      sink.value("next", place())
          .value("order", order().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      long place = source.longValue("next");
      String order = source.value("order");
      afterwards.accept(
          () ->
              goTo((int) place, List.of(order.split(" ")).stream().map(Integer::valueOf).toList()));
    }
  }

  void shuffle(List<Integer> order) {}

  int place() {
    return next;
  }

  List<Integer> order() {
    return order;
  }

  void goTo(int place, List<Integer> newOrder) {
    next = place;
    order.clear();
    order.addAll(newOrder);
  }

  @Override
  public boolean hasNext() {
    return next < rows.size();
  }

  @Override
  public DataSet next() {
    return next(batch);
  }

  @Override
  public DataSet next(int count) {
    int end = Math.min(rows.size(), next + count);
    DataSet merged = DataSet.merge(order.subList(next, end).stream().map(rows::get).toList());
    next = end;
    if (preProcessor != null) {
      preProcessor.preProcess(merged);
    }
    return merged;
  }

  @Override
  public void reset() {
    next = 0;
    shuffle(order);
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public boolean asyncSupported() {
    return async;
  }

  @Override
  public int inputColumns() {
    return (int) rows.get(0).getFeatures().size(1);
  }

  @Override
  public int totalOutcomes() {
    return 3;
  }

  @Override
  public int batch() {
    return batch;
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    this.preProcessor = preProcessor;
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return preProcessor;
  }

  @Override
  public List<String> getLabels() {
    return List.of("a", "b", "c");
  }
}
