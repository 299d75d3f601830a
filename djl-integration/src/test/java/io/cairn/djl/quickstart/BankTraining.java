// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.quickstart;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
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
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import io.cairn.djl.DjlTraining;

/**
 * A training script: a classifier with Adam, dropout and batch norm on the Bank Marketing data.
 * Only the call of {@code DjlTraining.fit} differs from a script without checkpoints.
 */
final class BankTraining {
  private static final int EPOCHS = 4;
  private static final int BATCH = 256;
  private static final int WIDE = 512;
  private static final int NARROW = 256;

  private BankTraining() {}

  /**
   * Trains to the end, from wherever the newest snapshot stands.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) throws Exception {
    Engine.getInstance().setRandomSeed(2014);
    BankData data = BankData.load();
    int width = data.features()[0].length;
    try (NDManager manager = NDManager.newBaseManager();
        Model model = Model.newInstance("bank")) {
      model.setBlock(classifier());
      RandomAccessDataset all =
          new ArrayDataset.Builder()
              .setData(manager.create(data.features()))
              .optLabels(manager.create(data.labels()))
              .setSampling(BATCH, true)
              .build();
      RandomAccessDataset[] parts = all.randomSplit(8, 2);
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .optOptimizer(Optimizer.adam().build())
              .addEvaluator(new Accuracy())
              .addTrainingListeners(TrainingListener.Defaults.basic());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.setMetrics(new Metrics());
        trainer.initialize(new Shape(BATCH, width));
        DjlTraining.fit(trainer, EPOCHS, parts[0], parts[1]);
        System.out.printf(
            "validation accuracy %.4f%n",
            trainer.getTrainingResult().getValidateEvaluation("Accuracy"));
      }
    }
  }

  private static SequentialBlock classifier() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(WIDE).build())
        .add(BatchNorm.builder().build())
        .add(Activation.reluBlock())
        .add(Dropout.builder().optRate(0.3f).build())
        .add(Linear.builder().setUnits(NARROW).build())
        .add(Activation.reluBlock())
        .add(Dropout.builder().optRate(0.2f).build())
        .add(Linear.builder().setUnits(2).build());
  }
}
