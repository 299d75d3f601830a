// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.EpochTrainingListener;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.cairn.Positions;
import io.cairn.TrainingStoppedException;
import io.cairn.model.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A small training that has everything that makes resuming hard: dropout, batch norm, random order,
 * a ragged last batch, a learning rate that changes.
 */
final class Training implements AutoCloseable {
  static final int FEATURES = 20;
  static final int ROWS = 300;
  static final int BATCH = 32;

  /** 300 rows in batches of 32: the last one has 12. */
  static final int BATCHES_PER_EPOCH = 10;

  static final Map<String, Supplier<Optimizer>> OPTIMIZERS =
      Map.of(
          "adam",
          () -> Optimizer.adam().optLearningRateTracker(schedule()).optWeightDecays(1e-4f).build(),
          "adamw",
          () -> Optimizer.adamW().optLearningRateTracker(schedule()).build(),
          "sgd",
          () -> Optimizer.sgd().setLearningRateTracker(schedule()).optClipGrad(1f).build(),
          "momentum",
          () -> Optimizer.sgd().setLearningRateTracker(schedule()).optMomentum(0.9f).build());

  /** Wants to know nothing. */
  static final Positions NOBODY =
      new Positions() {
        @Override
        public void afterStep(Progress now) {}

        @Override
        public void afterEpoch(Progress now, Map<String, Double> metrics) {}
      };

  private final Model model;
  final Trainer trainer;
  final ArrayDataset data;
  final ArrayDataset validation;
  final DjlTrainingState state;

  /** How a training is set up. */
  static final class Setup {
    private Optimizer optimizer = OPTIMIZERS.get("adam").get();
    private int hidden = 33;
    private Optional<Block> block = Optional.empty();
    private int rows = ROWS;
    private int batch = BATCH;
    private Loss loss = Loss.softmaxCrossEntropyLoss();
    private boolean metrics = true;
    private final List<TrainingListener> listeners =
        new ArrayList<>(List.of(new EpochTrainingListener(), new EvaluatorTrainingListener()));

    Setup optimizer(Optimizer value) {
      optimizer = value;
      return this;
    }

    Setup rows(int value) {
      rows = value;
      return this;
    }

    Setup batch(int value) {
      batch = value;
      return this;
    }

    Setup hidden(int value) {
      hidden = value;
      return this;
    }

    Setup block(Block value) {
      block = Optional.of(value);
      return this;
    }

    Setup loss(Loss value) {
      loss = value;
      return this;
    }

    Setup withoutMetrics() {
      metrics = false;
      return this;
    }

    Setup listener(TrainingListener value) {
      listeners.add(value);
      return this;
    }

    Setup withoutListeners() {
      listeners.clear();
      return this;
    }

    Training start() {
      return new Training(this);
    }
  }

  static Setup with(String optimizer) {
    return new Setup().optimizer(OPTIMIZERS.get(optimizer).get());
  }

  private static Tracker schedule() {
    return Tracker.warmUp()
        .setMainTracker(
            Tracker.multiFactor().setBaseValue(0.02f).setSteps(new int[] {14, 31}).build())
        .optWarmUpSteps(8)
        .optWarmUpBeginValue(0.001f)
        .build();
  }

  private Training(Setup setup) {
    model = Model.newInstance("mlp");
    model.setBlock(setup.block.orElseGet(() -> block(setup.hidden)));
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(setup.loss)
            .addEvaluator(new Accuracy())
            .optOptimizer(setup.optimizer)
            .addTrainingListeners(setup.listeners.toArray(TrainingListener[]::new));
    trainer = model.newTrainer(config);
    if (setup.metrics) {
      trainer.setMetrics(new Metrics());
    }
    trainer.initialize(new Shape(BATCH, FEATURES));
    data = dataset(model.getNDManager(), setup.rows, 1, setup.batch, true);
    validation = dataset(model.getNDManager(), 64, 2, BATCH, false);
    state = new DjlTrainingState(trainer);
  }

  static SequentialBlock block(int hidden) {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(hidden).build())
        .add(BatchNorm.builder().build())
        .add(Activation::relu)
        .add(Dropout.builder().optRate(0.3f).build())
        .add(Linear.builder().setUnits(2).build());
  }

  static ArrayDataset dataset(NDManager manager, int rows, long seed, int batch, boolean shuffled) {
    Random random = new Random(seed);
    float[] features = new float[rows * FEATURES];
    float[] labels = new float[rows];
    for (int row = 0; row < rows; row++) {
      float sum = 0;
      for (int i = 0; i < FEATURES; i++) {
        features[row * FEATURES + i] = (float) random.nextGaussian();
        sum += features[row * FEATURES + i] * (i % 3 - 1);
      }
      labels[row] = sum > 0 ? 1 : 0;
    }
    return new ArrayDataset.Builder()
        .setData(manager.create(features, new Shape(rows, FEATURES)))
        .optLabels(manager.create(labels, new Shape(rows)))
        .setSampling(batch, shuffled)
        .build();
  }

  /** Trains from a position until a step, or until so many epochs are complete. */
  Progress train(Progress from, int epochs, long untilStep) {
    return train(from, epochs, untilStep, position -> {});
  }

  Progress train(Progress from, int epochs, long untilStep, Consumer<String> log) {
    Walk walk = new Walk(state, from, new Until(untilStep, log));
    try {
      new FitLoop(trainer, walk).run(epochs, data, validation);
    } catch (TrainingStoppedException e) {
      log.accept("stopped");
    } catch (IOException | TranslateException e) {
      throw new IllegalStateException(e);
    }
    return walk.now();
  }

  /** Stops at a step. */
  private record Until(long step, Consumer<String> log) implements Positions {
    @Override
    public void afterStep(Progress now) {
      log.accept(now.toString());
      stopAt(now);
    }

    @Override
    public void afterEpoch(Progress now, Map<String, Double> metrics) {
      log.accept((now + " " + String.join(" ", metrics.keySet())).strip());
      stopAt(now);
    }

    private void stopAt(Progress now) {
      if (now.step() >= step) {
        throw new TrainingStoppedException(now);
      }
    }
  }

  MemorySnapshot snapshot() {
    return MemorySnapshot.of(state);
  }

  /** Of this process from now on, as a user does it. */
  static void seed(int seed) {
    Engine.getInstance().setRandomSeed(seed);
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
