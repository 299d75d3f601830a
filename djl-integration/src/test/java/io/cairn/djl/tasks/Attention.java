// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.nn.transformer.TransformerEncoderBlock;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

/** Which word comes first? A transformer's encoder, trained with AdamW. */
public final class Attention implements Task {
  private static final int WIDTH = 8;

  @Override
  public Block network() {
    return new SequentialBlock()
        .add(
            new IdEmbedding.Builder()
                .setDictionarySize(Sequences.WORDS)
                .setEmbeddingSize(WIDTH)
                .build())
        .add(LambdaBlock.singleton(Attention::placed))
        .add(new TransformerEncoderBlock(WIDTH, 2, 2 * WIDTH, 0.1f, Activation::gelu))
        .add(LambdaBlock.singleton(words -> words.mean(new int[] {1})))
        .add(Linear.builder().setUnits(2).build());
  }

  /** Says where each word stands. */
  private static NDArray placed(NDArray words) {
    NDArray place = words.getManager().arange(0f, Sequences.LENGTH).div(Sequences.LENGTH);
    return words.add(place.reshape(1, Sequences.LENGTH, 1));
  }

  @Override
  public Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }

  @Override
  public Optimizer optimizer() {
    return Optimizer.adamW().build();
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
