// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;

/**
 * A DJL training on random data. {@code bank} has the layers and the amount of data of the
 * quickstart; {@code wide} has a layer of 484 MB, and with Adam's moments a state of 1.4 GB.
 */
final class DjlWorkload implements AutoCloseable {
  private static final int SEED = 2014;
  private static final int BANK_FEATURES = 48;
  private static final int BANK_ROWS = 36_000;
  private static final int BANK_EPOCHS_A_SECOND = 2;
  private static final int WIDE_FEATURES = 11_000;
  private static final int WIDE_ROWS = 320;
  private static final int WIDE_EPOCH_SECONDS = 30;
  private static final int COPIES_WITH_ADAM = 3;

  private final NDManager manager = NDManager.newBaseManager();
  private final Model model = Model.newInstance("workload");
  private final ArrayDataset data;
  private final int features;
  private final int batch;
  private final int epochs;

  private DjlWorkload(SequentialBlock block, int features, int rows, int batch, int epochs) {
    Engine.getInstance().setRandomSeed(SEED);
    this.features = features;
    this.batch = batch;
    this.epochs = epochs;
    model.setBlock(block);
    data =
        new ArrayDataset.Builder()
            .setData(manager.randomNormal(new Shape(rows, features)))
            .optLabels(manager.zeros(new Shape(rows)))
            .setSampling(batch, true)
            .build();
  }

  /** A training that takes about so long. */
  static DjlWorkload named(String name, int seconds) {
    return switch (name) {
      case "bank" ->
          new DjlWorkload(bank(), BANK_FEATURES, BANK_ROWS, 256, BANK_EPOCHS_A_SECOND * seconds);
      case "wide" ->
          new DjlWorkload(
              wide(), WIDE_FEATURES, WIDE_ROWS, 16, Math.max(1, seconds / WIDE_EPOCH_SECONDS));
      default -> throw new IllegalArgumentException("There is no training '" + name + "'");
    };
  }

  private static SequentialBlock bank() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(512).build())
        .add(BatchNorm.builder().build())
        .add(Activation.reluBlock())
        .add(Dropout.builder().optRate(0.3f).build())
        .add(Linear.builder().setUnits(256).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(2).build());
  }

  private static SequentialBlock wide() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(WIDE_FEATURES).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(2).build());
  }

  /** A trainer with Adam, ready to train. */
  Trainer newTrainer(TrainingListener... listeners) {
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optOptimizer(Optimizer.adam().build())
            .addTrainingListeners(listeners);
    Trainer trainer = model.newTrainer(config);
    trainer.initialize(new Shape(batch, features));
    return trainer;
  }

  /** Parameters, and the two moments that Adam has of each. Known once there was a trainer. */
  long stateBytes() {
    return model.getBlock().getParameters().values().stream()
        .mapToLong(parameter -> parameter.getShape().size() * Float.BYTES * COPIES_WITH_ADAM)
        .sum();
  }

  ArrayDataset data() {
    return data;
  }

  int epochs() {
    return epochs;
  }

  @Override
  public void close() {
    model.close();
    manager.close();
  }
}
