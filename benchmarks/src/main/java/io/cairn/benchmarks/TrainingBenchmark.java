// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import java.nio.file.Path;
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
 * How much longer does a training take with a snapshot about every 2 seconds? Beside it the same
 * training that only copies as many bytes, and one that also writes as many, in the plainest way.
 * All of them save after the same steps: by the clock, who is slower would save more often, and be
 * slower still.
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=TrainingBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TrainingBenchmark {

  /** What is trained: see {@link Workload}. */
  @Param({"bank", "wide"})
  String model;

  /** About how long, on two processors of 2026: what is done once a training should not count. */
  @Param("60")
  int seconds;

  private Path folder;
  private Workload workload;
  private PlainSaves saves;

  /** Starts the training anew. */
  @Setup(Level.Iteration)
  public void begin() throws Exception {
    folder = Folders.create();
    saves = new PlainSaves(folder);
    workload = Workload.named(model, seconds, saves::afterStep);
  }

  /** Frees it. */
  @TearDown(Level.Iteration)
  public void end() throws Exception {
    workload.close();
    Folders.delete(folder);
  }

  /** Memory for plain copies. */
  @State(Scope.Benchmark)
  public static class Memory {
    /** Gives it to who copies. */
    @Setup(Level.Iteration)
    public void allocate(TrainingBenchmark benchmark) {
      Workload workload = benchmark.workload;
      benchmark.saves.allocate(workload.stateBytes(), workload.stepsBetweenSaves());
    }
  }

  /** Nothing is saved. */
  @Benchmark
  public void plain() throws Exception {
    workload.fit();
  }

  /** The copies alone. */
  @Benchmark
  public void copied(Memory memory) throws Exception {
    workload.fit();
  }

  /** The limit: the copies, and plain writes. */
  @Benchmark
  public void written(Memory memory) throws Exception {
    saves.writeToDisk();
    workload.fit();
    saves.await();
  }

  /** Ours. */
  @Benchmark
  public Progress saved() throws Exception {
    return workload.fitSaved(
        SavedTraining.builder(folder)
            .savePolicy(SavePolicy.everySteps(workload.stepsBetweenSaves())));
  }
}
