// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.Checkpointer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long does it take to open on an empty folder?
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=OpenBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class OpenBenchmark {
  private static final int KILOBYTE = 1024;

  private Path folder;
  private FloatTraining training;

  /** Makes the folder. */
  @Setup
  public void create() throws Exception {
    folder = Folders.create();
    training = FloatTraining.of(KILOBYTE, 1);
  }

  /** Deletes it. */
  @TearDown
  public void delete() throws Exception {
    Folders.delete(folder);
  }

  /** Ours. */
  @Benchmark
  public boolean cairn() throws Exception {
    try (Checkpointer checkpointer = SavedTraining.builder(folder).open(training)) {
      return checkpointer.resumedFrom().isEmpty();
    }
  }
}
