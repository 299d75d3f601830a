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
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.listener.TrainingListenerAdapter;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import io.cairn.CheckpointerBuilder;
import io.cairn.djl.DjlTraining;
import io.cairn.model.Progress;

/** A DJL training on random data, with the layers and the amount of data of the quickstart. */
final class DjlWorkload implements Workload {
  private static final int SEED = 2014;
  private static final int FEATURES = 48;
  private static final int ROWS = 36_000;
  private static final int BATCH_ROWS = 256;
  private static final int EPOCHS_A_SECOND = 2;
  private static final int STEPS_BETWEEN_SAVES = 600;

  private final NDManager manager = NDManager.newBaseManager();
  private final Model model = Model.newInstance("workload");
  private final ArrayDataset data;
  private final Trainer trainer;
  private final int epochs;

  DjlWorkload(int seconds, Runnable afterStep) {
    Engine.getInstance().setRandomSeed(SEED);
    epochs = EPOCHS_A_SECOND * seconds;
    model.setBlock(layers());
    data =
        new ArrayDataset.Builder()
            .setData(manager.randomNormal(new Shape(ROWS, FEATURES)))
            .optLabels(manager.zeros(new Shape(ROWS)))
            .setSampling(BATCH_ROWS, true)
            .build();
    trainer = model.newTrainer(config(afterStep));
    trainer.initialize(new Shape(BATCH_ROWS, FEATURES));
  }

  private static SequentialBlock layers() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(512).build())
        .add(BatchNorm.builder().build())
        .add(Activation.reluBlock())
        .add(Dropout.builder().optRate(0.3f).build())
        .add(Linear.builder().setUnits(256).build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(2).build());
  }

  private static DefaultTrainingConfig config(Runnable afterStep) {
    return new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
        .optOptimizer(Optimizer.adam().build())
        .addTrainingListeners(
            new TrainingListenerAdapter() {
              @Override
              public void onTrainingBatch(Trainer trainer, BatchData batch) {
                afterStep.run();
              }
            });
  }

  @Override
  public long parameters() {
    return model.getBlock().getParameters().values().stream()
        .mapToLong(parameter -> parameter.getShape().size())
        .sum();
  }

  @Override
  public int stepsBetweenSaves() {
    return STEPS_BETWEEN_SAVES;
  }

  @Override
  public void fit() throws Exception {
    EasyTrain.fit(trainer, epochs, data, null);
  }

  @Override
  public Progress fitSaved(CheckpointerBuilder settings) throws Exception {
    return DjlTraining.fit(trainer, epochs, data, null, settings);
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
    manager.close();
  }
}
