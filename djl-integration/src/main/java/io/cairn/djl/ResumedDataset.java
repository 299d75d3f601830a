// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorOptions;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.concurrent.ExecutorService;

/** Training data that begins where the training stands, and notices when a step is complete. */
final class ResumedDataset implements Dataset {
  private final Dataset data;
  private final Walk walk;

  ResumedDataset(Dataset data, Walk walk) {
    this.data = data;
    this.walk = walk;
  }

  @Override
  public Iterable<Batch> getData(NDManager manager) throws IOException, TranslateException {
    walk.beginEpoch();
    return from(data.getData(manager));
  }

  @Override
  public Iterable<Batch> getData(NDManager manager, ExecutorService executor)
      throws IOException, TranslateException {
    walk.beginEpoch();
    return from(data.getData(manager, executor));
  }

  private Iterable<Batch> from(Iterable<Batch> batches) {
    return () -> walk.from(batches.iterator());
  }

  @Override
  public void prepare(Progress progress) throws IOException, TranslateException {
    data.prepare(progress);
  }

  @Override
  public TranslatorOptions matchingTranslatorOptions() {
    return data.matchingTranslatorOptions();
  }
}
