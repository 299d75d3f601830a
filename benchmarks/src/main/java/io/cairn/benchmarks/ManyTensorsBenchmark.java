// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.policy.RetentionPolicy;
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
 * What do many small tensors cost, beside one tensor of the same bytes?
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=ManyTensorsBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ManyTensorsBenchmark {
  private static final int KILOBYTE = 1024;

  /** The size of the state. */
  @Param("100000")
  int kilobytes;

  /** Whether each kilobyte is a tensor. */
  @Param({"false", "true"})
  boolean small;

  private Path folder;
  private FloatTraining training;
  private SavedTraining saved;

  /** Opens it. */
  @Setup
  public void open() throws Exception {
    folder = Folders.create();
    training = FloatTraining.of((long) kilobytes * KILOBYTE, small ? kilobytes : 1);
    saved = new SavedTraining(folder, training, RetentionPolicy.keepLast(1));
  }

  /** The writer is idle when the next snapshot is due, and a step has just ended. */
  @Setup(Level.Invocation)
  public void await() throws Exception {
    saved.awaitSwept();
    training.train();
  }

  /** Closes it. */
  @TearDown
  public void close() throws Exception {
    saved.close();
    Folders.delete(folder);
  }

  /** How long training stands still. */
  @Benchmark
  public void stall() throws Exception {
    saved.step();
  }

  /** How long until the snapshot is durable. */
  @Benchmark
  public void write() throws Exception {
    saved.step();
    saved.awaitWritten();
  }
}
