// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.loss.Loss;

/** Which word comes first? A bidirectional LSTM of two layers with dropout between them. */
public final class Recurrence implements Task {

  @Override
  public Block network() {
    return new SequentialBlock()
        .add(
            new IdEmbedding.Builder()
                .setDictionarySize(Sequences.WORDS)
                .setEmbeddingSize(8)
                .build())
        .add(
            LSTM.builder()
                .setStateSize(9)
                .setNumLayers(2)
                .optDropRate(0.2f)
                .optBatchFirst(true)
                .build())
        .add(LambdaBlock.singleton(outputs -> outputs.get(":, -1")))
        .add(Linear.builder().setUnits(2).build());
  }

  @Override
  public Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }

  @Override
  public Shape input() {
    return Sequences.BATCH;
  }

  @Override
  public RandomAccessDataset data(NDManager manager, int rows, long seed, boolean shuffled) {
    return Sequences.data(manager, rows, seed, shuffled);
  }
}
