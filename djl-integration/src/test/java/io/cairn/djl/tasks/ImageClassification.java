// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.tasks;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.List;

/** Wide or high? A residual network with batch norm, trained with momentum. */
public final class ImageClassification implements Task {

  @Override
  public Block network() {
    return new SequentialBlock()
        .add(Layers.convolutionNormed(8))
        .add(residual(8))
        .add(Layers.halved())
        .add(residual(8))
        .add(Pool.globalAvgPool2dBlock())
        .add(Dropout.builder().optRate(0.2f).build())
        .add(Linear.builder().setUnits(2).build());
  }

  private static Block residual(int filters) {
    Block change =
        Layers.convolutionNormed(filters)
            .add(Layers.convolution(filters))
            .add(BatchNorm.builder().build());
    return new SequentialBlock()
        .add(
            new ParallelBlock(
                paths -> new NDList(paths.get(0).head().add(paths.get(1).head())),
                List.of(change, Blocks.identityBlock())))
        .add(Activation.reluBlock());
  }

  @Override
  public Loss loss() {
    return Loss.softmaxCrossEntropyLoss();
  }

  @Override
  public Optimizer optimizer() {
    return Optimizer.sgd()
        .setLearningRateTracker(Tracker.cosine().setBaseValue(0.05f).setMaxUpdates(40).build())
        .optMomentum(0.9f)
        .build();
  }

  @Override
  public Shape input() {
    return Pictures.BATCH;
  }

  @Override
  public RandomAccessDataset data(NDManager manager, int rows, long seed, boolean shuffled) {
    Pictures pictures = new Pictures(rows, seed);
    int[] kinds = Arrays.stream(pictures.boxes).mapToInt(Pictures.Box::kind).toArray();
    return new ArrayDataset.Builder()
        .setData(pictures.images(manager))
        .optLabels(manager.create(kinds))
        .setSampling(BATCH, shuffled)
        .build();
  }
}
