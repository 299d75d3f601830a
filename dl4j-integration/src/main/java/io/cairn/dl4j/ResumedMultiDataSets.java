// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** As {@link ResumedDataSets}, for networks with several inputs or outputs. */
@SuppressWarnings("serial") // never serialized; DL4J's interface asks for it
final class ResumedMultiDataSets implements MultiDataSetIterator {
  private final transient Walk<MultiDataSet> walk;
  private final transient MultiDataSetIterator data;

  ResumedMultiDataSets(Walk<MultiDataSet> walk, MultiDataSetIterator data) {
    this.walk = walk;
    this.data = data;
  }

  @Override
  public boolean hasNext() {
    return walk.hasNext();
  }

  @Override
  public MultiDataSet next() {
    return walk.next();
  }

  @Override
  public MultiDataSet next(int examples) {
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
  public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
    data.setPreProcessor(preProcessor);
  }

  @Override
  public MultiDataSetPreProcessor getPreProcessor() {
    return data.getPreProcessor();
  }
}
