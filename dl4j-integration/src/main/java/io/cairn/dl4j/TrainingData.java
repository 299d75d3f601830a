// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.nd4j.linalg.dataset.AsyncDataSetIterator;
import org.nd4j.linalg.dataset.AsyncMultiDataSetIterator;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Training data of either of DL4J's kinds, as what they have in common.
 *
 * @param <B> the type of a batch
 */
interface TrainingData<B> {

  /** DL4J's own choice for one device. */
  int READ_AHEAD = 2;

  Iterator<B> iterator();

  boolean resetSupported();

  void reset();

  boolean asyncSupported();

  /** What is applied to each batch, such as a normalizer. */
  Optional<Object> preProcessor();

  /** How many examples a batch has. */
  long rows(B batch);

  /** How many examples a batch has by what the iterator says; empty if it does not. */
  OptionalInt batchSize();

  /** DL4J itself does not ask while it trains, so many an iterator has no answer. */
  private static Optional<Object> unlessUnsupported(Supplier<Object> preProcessor) {
    try {
      return Optional.ofNullable(preProcessor.get());
    } catch (UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** Reads on, on another thread, as DL4J would do. */
  ReadAhead<B> readAhead();

  /**
   * Batches that are read before they are asked for.
   *
   * @param iterator gives the batches
   * @param shutdown ends the thread
   * @param <B> the type of a batch
   */
  record ReadAhead<B>(Iterator<B> iterator, Runnable shutdown) {}

  /** The batches for a network with one input and one output. */
  record Single(DataSetIterator iterator) implements TrainingData<DataSet> {

    @Override
    public boolean resetSupported() {
      return iterator.resetSupported();
    }

    @Override
    public void reset() {
      iterator.reset();
    }

    @Override
    public boolean asyncSupported() {
      return iterator.asyncSupported();
    }

    @Override
    public Optional<Object> preProcessor() {
      return unlessUnsupported(iterator::getPreProcessor);
    }

    @Override
    public long rows(DataSet batch) {
      return batch.numExamples();
    }

    @Override
    public OptionalInt batchSize() {
      try {
        int size = iterator.batch();
        return size > 0 ? OptionalInt.of(size) : OptionalInt.empty();
      } catch (RuntimeException e) {
        return OptionalInt.empty(); // whatever it is, DL4J would not have asked
      }
    }

    @Override
    public ReadAhead<DataSet> readAhead() {
      AsyncDataSetIterator ahead = new AsyncDataSetIterator(iterator, READ_AHEAD, true);
      return new ReadAhead<>(ahead, ahead::shutdown);
    }
  }

  /** The batches for a network with several inputs or outputs. */
  record Multi(MultiDataSetIterator iterator) implements TrainingData<MultiDataSet> {

    @Override
    public boolean resetSupported() {
      return iterator.resetSupported();
    }

    @Override
    public void reset() {
      iterator.reset();
    }

    @Override
    public boolean asyncSupported() {
      return iterator.asyncSupported();
    }

    @Override
    public Optional<Object> preProcessor() {
      return unlessUnsupported(iterator::getPreProcessor);
    }

    @Override
    public long rows(MultiDataSet batch) {
      return batch.getFeatures(0).size(0);
    }

    @Override
    public OptionalInt batchSize() {
      return OptionalInt.empty();
    }

    @Override
    public ReadAhead<MultiDataSet> readAhead() {
      AsyncMultiDataSetIterator ahead = new AsyncMultiDataSetIterator(iterator, READ_AHEAD, true);
      return new ReadAhead<>(ahead, ahead::shutdown);
    }
  }
}
