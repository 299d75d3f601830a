// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import java.util.List;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Training data that begins where the training stands, and notices when a batch is complete. It
 * reads ahead by itself, so that DL4J asks for batches on the thread that trains.
 */
@SuppressWarnings("serial") // never serialized; DL4J's interface asks for it
final class ResumedDataSets implements DataSetIterator {
  private final transient Walk<DataSet> walk;
  private final transient DataSetIterator data;

  ResumedDataSets(Walk<DataSet> walk, DataSetIterator data) {
    this.walk = walk;
    this.data = data;
  }

  @Override
  public boolean hasNext() {
    return walk.hasNext();
  }

  @Override
  public DataSet next() {
    return walk.next();
  }

  @Override
  public DataSet next(int examples) {
    throw new UnsupportedOperationException(
        "Training data is read in batches of one size: use next()");
  }

  @Override
  public void reset() {
    walk.reset();
  }

  @Override
  public boolean resetSupported() {
    return data.resetSupported();
  }

  @Override
  public boolean asyncSupported() {
    return false;
  }

  @Override
  public int inputColumns() {
    return data.inputColumns();
  }

  @Override
  public int totalOutcomes() {
    return data.totalOutcomes();
  }

  @Override
  public int batch() {
    return data.batch();
  }

  @Override
  public void setPreProcessor(DataSetPreProcessor preProcessor) {
    data.setPreProcessor(preProcessor);
  }

  @Override
  public DataSetPreProcessor getPreProcessor() {
    return data.getPreProcessor();
  }

  @Override
  public List<String> getLabels() {
    return data.getLabels();
  }
}
