// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import io.cairn.Checkpointer;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/**
 * Two models, two trainers and a loop of one's own: a generator learns to draw points on a circle,
 * a discriminator learns to tell them from real ones.
 */
final class GanTraining implements AutoCloseable {
  static final int EPOCHS = 3;
  private static final int NOISE = 3;
  private static final Loss LOSS = Loss.sigmoidBinaryCrossEntropyLoss();

  private final Model generatorModel = Model.newInstance("generator");
  private final Model discriminatorModel = Model.newInstance("discriminator");
  final Trainer generator;
  final Trainer discriminator;

  GanTraining(TrainingListener... listeners) {
    Training.seed(3);
    generator = trainer(generatorModel, generatorBlock(), NOISE);
    discriminator = trainer(discriminatorModel, discriminatorBlock(), 2, listeners);
  }

  private static Trainer trainer(Model model, Block block, int width, TrainingListener... all) {
    model.setBlock(block);
    Trainer trainer =
        model.newTrainer(
            new DefaultTrainingConfig(LOSS)
                .optOptimizer(Optimizer.adam().build())
                .addTrainingListeners(all));
    trainer.initialize(new Shape(1, width));
    return trainer;
  }

  static Block generatorBlock() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(16).build())
        .add(BatchNorm.builder().build())
        .add(Activation.reluBlock())
        .add(Linear.builder().setUnits(2).build());
  }

  private static Block discriminatorBlock() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(16).build())
        .add(Activation.leakyReluBlock(0.2f))
        .add(Dropout.builder().optRate(0.2f).build())
        .add(Linear.builder().setUnits(1).build());
  }

  /**
   * Trains, or goes on training.
   *
   * @param args the base folder, the file for the final state, milliseconds per batch
   */
  public static void main(String[] args) throws IOException, TranslateException {
    Reporter reporter = new Reporter(Integer.parseInt(args[2]));
    DjlCheckpointListener checkpoints =
        new DjlCheckpointListener(
            Checkpointer.builder()
                .baseFolder(Path.of(args[0]))
                .run("gan")
                .savePolicy(SavePolicy.everySteps(3))
                .whenBusy(WhenBusy.WAIT));
    try (GanTraining gan = new GanTraining(reporter, checkpoints)) {
      checkpoints.alsoSave("generator", gan.generator);
      int epochs = checkpoints.remainingEpochs(EPOCHS);
      gan.train(epochs, checkpoints.resume(gan.circle()));
      gan.snapshot().save(Path.of(args[1]));
    }
  }

  /** Trains to the end without any checkpoints. */
  static MemorySnapshot uninterrupted() throws IOException, TranslateException {
    try (GanTraining gan = new GanTraining()) {
      Walk walk = new Walk(gan.state(), Progress.START, Training.NOBODY);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        gan.train(1, new ResumedDataset(gan.circle(), walk));
        walk.endEpoch(Map.of());
      }
      return gan.snapshot();
    }
  }

  private void train(int epochs, Dataset points) throws IOException, TranslateException {
    for (int epoch = 0; epoch < epochs; epoch++) {
      for (Batch batch : discriminator.iterateDataset(points)) {
        step(batch);
        batch.close();
      }
      discriminator.notifyListeners(listener -> listener.onEpoch(discriminator));
    }
  }

  private void step(Batch batch) {
    NDManager manager = batch.getManager();
    NDArray real = batch.getData().head();
    NDArray fake = generated(manager, real.getShape().get(0));
    try (GradientCollector collector = discriminator.newGradientCollector()) {
      collector.zeroGradients();
      NDArray loss = loss(real, 1).add(loss(fake.stopGradient(), 0));
      collector.backward(loss);
    }
    discriminator.step();
    try (GradientCollector collector = generator.newGradientCollector()) {
      collector.backward(loss(generated(manager, real.getShape().get(0)), 1));
    }
    generator.step();
    discriminator.notifyListeners(listener -> listener.onTrainingBatch(discriminator, null));
  }

  private NDArray generated(NDManager manager, long rows) {
    NDArray noise = manager.randomNormal(new Shape(rows, NOISE));
    return generator.forward(new NDList(noise)).head();
  }

  /** How far the discriminator's opinion of points is from what they should be taken for. */
  private NDArray loss(NDArray points, float taken) {
    NDArray opinion = discriminator.forward(new NDList(points)).head();
    NDArray wanted = opinion.getManager().full(opinion.getShape(), taken);
    return LOSS.evaluate(new NDList(wanted), new NDList(opinion));
  }

  private ArrayDataset circle() {
    Random random = new Random(8);
    float[] points = new float[2 * TaskTraining.ROWS];
    for (int i = 0; i < points.length; i += 2) {
      double angle = random.nextDouble() * 2 * Math.PI;
      points[i] = (float) Math.sin(angle);
      points[i + 1] = (float) Math.cos(angle);
    }
    return new ArrayDataset.Builder()
        .setData(discriminatorModel.getNDManager().create(points, new Shape(TaskTraining.ROWS, 2)))
        .setSampling(6, true)
        .build();
  }

  private DjlTrainingState state() {
    return new DjlTrainingState(discriminator, Map.of("generator", generator));
  }

  private MemorySnapshot snapshot() {
    return MemorySnapshot.of(state());
  }

  @Override
  public void close() {
    generator.close();
    discriminator.close();
    generatorModel.close();
    discriminatorModel.close();
  }
}
