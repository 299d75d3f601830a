// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.Checkpointer;
import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.SectionSource;
import io.cairn.model.Sharing;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A training without any framework, as small as can be: weights that walk at random, and with
 * {@code own} a sum that each rank keeps for itself. Finds all else in its container.
 */
final class CounterTraining implements TrainingState {
  private static final int WEIGHTS = 1000;

  private final double[] weights = new double[WEIGHTS];
  private final boolean own;
  private final long host;
  private long seed = 7;
  private long sum;

  CounterTraining(boolean own, long host) {
    this.own = own;
    this.host = host;
  }

  /**
   * Trains to the end, from wherever the newest snapshot stands.
   *
   * @param arguments steps, milliseconds of each, {@code own} or {@code shared}, the base folder
   */
  public static void main(String[] arguments) throws Exception {
    long steps = Long.parseLong(arguments[0]);
    Path base = Path.of(arguments[3]);
    CounterTraining training =
        new CounterTraining(arguments[2].equals("own"), base.getFileName().hashCode());
    try (Checkpointer checkpointer = Checkpointer.open(training)) {
      for (long step = checkpointer.resumedAt().step(); step < steps; ) {
        training.train();
        Thread.sleep(Long.parseLong(arguments[1]));
        step++;
        System.out.println("step " + step);
        checkpointer.afterStep(Progress.ofStep(step));
        if (checkpointer.isStopRequested()) {
          return;
        }
      }
      checkpointer.finish(Progress.ofStep(steps));
    }
    Files.writeString(base.resolve("model/weights.txt"), training.toString());
  }

  void train() {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < WEIGHTS; i++) {
      weights[i] += random.nextDouble() - 0.5;
    }
    seed = random.nextLong();
    sum += seed * host;
  }

  @Override
  public Fingerprint fingerprint() {
    return Fingerprint.builder().identity("weights", WEIGHTS).build();
  }

  @Override
  public Sharing sharing() {
    return own ? Sharing.OWN_SECTIONS : Sharing.SAME_ON_ALL_RANKS;
  }

  @Override
  public void capture(StateSink sink) {
    sink.section("model").tensor(spec(), TensorMemory.of(weights)).value("seed", seed);
    if (own) {
      sink.ownSection("own").value("sum", sum);
    }
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource model = source.section("model");
    model.tensor(spec(), TensorMemory.of(weights));
    long savedSeed = model.longValue("seed");
    long savedSum = own ? source.section("own").longValue("sum") : 0;
    source.afterwards(
        () -> {
          seed = savedSeed;
          sum = savedSum;
        });
  }

  private static TensorSpec spec() {
    return new TensorSpec("weights", DType.F64, List.of((long) WEIGHTS));
  }

  @Override
  public String toString() {
    return Arrays.toString(weights) + seed + (own ? " " + sum : "");
  }
}
