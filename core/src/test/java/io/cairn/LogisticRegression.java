// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A training without any framework, checkpointed by hand: logistic regression by gradient descent
 * with momentum and random batches. The example of how to use Cairn directly.
 */
final class LogisticRegression implements TrainingState {
  private static final int FEATURES = 20;
  private static final int BATCH = 16;
  private static final double RATE = 0.1;
  private static final double MOMENTUM = 0.9;

  private final double[] weights = new double[FEATURES];
  private final double[] velocity = new double[FEATURES];
  private double bias;
  private long seed = 42;
  private double loss;

  /**
   * Trains to the end, from wherever the newest snapshot stands.
   *
   * @param arguments base folder, steps, file for the result, milliseconds to wait after each step
   */
  public static void main(String[] arguments) throws Exception {
    Path base = Path.of(arguments[0]);
    long steps = Long.parseLong(arguments[1]);
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = Checkpointer.builder().baseFolder(base).open(training)) {
      for (long step = checkpointer.resumedAt().step(); step < steps; ) {
        training.train();
        step++;
        checkpointer.afterStep(Progress.ofStep(step), Map.of("loss", training.loss));
        System.out.println("step " + step);
        if (checkpointer.isStopRequested()) {
          System.out.println("stopping");
          return;
        }
        Thread.sleep(Long.parseLong(arguments[3]));
      }
      checkpointer.finish(Progress.ofStep(steps));
    }
    Files.writeString(Path.of(arguments[2]), training.toString());
  }

  /** One step on a random batch. */
  void train() {
    SplittableRandom random = new SplittableRandom(seed);
    double[] gradient = new double[FEATURES];
    double biasGradient = 0;
    loss = 0;
    for (int i = 0; i < BATCH; i++) {
      double[] x = random.doubles(FEATURES, -1, 1).toArray();
      double label = x[0] + 2 * x[1] - x[2] > 0 ? 1 : 0;
      double error = predict(x) - label;
      loss += error * error / BATCH;
      for (int j = 0; j < FEATURES; j++) {
        gradient[j] += error * x[j] / BATCH;
      }
      biasGradient += error / BATCH;
    }
    for (int j = 0; j < FEATURES; j++) {
      velocity[j] = MOMENTUM * velocity[j] - RATE * gradient[j];
      weights[j] += velocity[j];
    }
    bias -= RATE * biasGradient;
    seed = random.nextLong();
  }

  private double predict(double[] x) {
    double sum = bias;
    for (int j = 0; j < FEATURES; j++) {
      sum += weights[j] * x[j];
    }
    return 1 / (1 + Math.exp(-sum));
  }

  double loss() {
    return loss;
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.builder().identity("features", FEATURES).identity("rate", RATE).build();
  }

  @Override
  public void capture(StateSink sink) {
    sink.section("model").tensor(vector("weights"), TensorMemory.of(weights)).value("bias", bias);
    sink.section("optimizer").tensor(vector("velocity"), TensorMemory.of(velocity));
    sink.section("rng").value("seed", seed);
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource model = source.section("model");
    model.tensor(vector("weights"), TensorMemory.of(weights));
    double savedBias = model.doubleValue("bias");
    source.section("optimizer").tensor(vector("velocity"), TensorMemory.of(velocity));
    long savedSeed = source.section("rng").longValue("seed");
    source.afterwards(
        () -> {
          bias = savedBias;
          seed = savedSeed;
        });
  }

  private static TensorSpec vector(String name) {
    return new TensorSpec(name, DType.F64, List.of((long) FEATURES));
  }

  /** The whole state, with every bit. */
  @Override
  public String toString() {
    return Arrays.toString(weights) + Arrays.toString(velocity) + bias + " " + seed;
  }
}
