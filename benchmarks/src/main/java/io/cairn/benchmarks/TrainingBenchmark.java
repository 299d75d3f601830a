// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import io.cairn.djl.DjlTraining;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How much longer does a training take with a snapshot every 2 seconds? Beside it the same training
 * that only copies as many bytes, and one that also writes as many, in the plainest way.
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=TrainingBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TrainingBenchmark {
  private static final Duration EVERY = Duration.ofSeconds(2);

  /** What is trained: see {@link DjlWorkload}. */
  @Param({"bank", "wide"})
  String model;

  /** About how long, on two processors of 2026: what is done once a training should not count. */
  @Param("30")
  int seconds;

  private Path folder;
  private DjlWorkload workload;
  private PlainSaves saves;
  private Trainer trainer;

  /** Starts the training anew. */
  @Setup(Level.Iteration)
  public void begin() throws Exception {
    folder = Folders.create();
    workload = DjlWorkload.named(model, seconds);
    saves = new PlainSaves(folder, EVERY);
    trainer = workload.newTrainer(saves);
  }

  /** Frees it. */
  @TearDown(Level.Iteration)
  public void end() throws Exception {
    trainer.close();
    workload.close();
    Folders.delete(folder);
  }

  /** Memory for plain copies. */
  @State(Scope.Benchmark)
  public static class Memory {
    /** Gives it to who copies. */
    @Setup(Level.Iteration)
    public void allocate(TrainingBenchmark benchmark) {
      benchmark.saves.allocate(benchmark.workload.stateBytes());
    }
  }

  /** Nothing is saved. */
  @Benchmark
  public void plain() throws Exception {
    fit();
  }

  /** The copies alone. */
  @Benchmark
  public void copied(Memory memory) throws Exception {
    fit();
  }

  /** The limit: the copies, and plain writes. */
  @Benchmark
  public void written(Memory memory) throws Exception {
    saves.writeToDisk();
    fit();
    saves.await();
  }

  private void fit() throws Exception {
    EasyTrain.fit(trainer, workload.epochs(), workload.data(), null);
  }

  /** Ours. */
  @Benchmark
  public Progress saved() throws Exception {
    return DjlTraining.fit(
        trainer,
        workload.epochs(),
        workload.data(),
        null,
        SavedTraining.builder(folder).savePolicy(SavePolicy.every(EVERY)));
  }
}
