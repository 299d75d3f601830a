// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.example;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;

/** A training script without checkpoints. */
final class StockExample {
  private StockExample() {}

  /** Trains. */
  public static void main(String[] arguments) throws Exception {
    Engine.getInstance().setRandomSeed(42);
    try (Model model = Model.newInstance("points")) {
      model.setBlock(Points.network());
      Dataset training = Points.dataset(model.getNDManager(), 800, 1);
      Dataset validation = Points.dataset(model.getNDManager(), 200, 2);
      TrainingConfig config =
          new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
              .addTrainingListeners(TrainingListener.Defaults.logging())
              .addEvaluator(new Accuracy());
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.setMetrics(new Metrics());
        trainer.initialize(new Shape(32, Points.DIMENSIONS));
        EasyTrain.fit(trainer, 20, training, validation);
        System.out.println("weights " + Points.bits(model));
      }
    }
  }
}
