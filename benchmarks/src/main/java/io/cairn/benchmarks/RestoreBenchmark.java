// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.Checkpointer;
import io.cairn.policy.RetentionPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
 * How long does it take to find, verify and load the newest snapshot into a live model, warm files,
 * beside one copy of the same bytes?
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=RestoreBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RestoreBenchmark {
  private static final int TENSORS = 16;

  /** The size of the state. */
  @Param("512")
  int megabytes;

  private Path folder;
  private FloatTraining training;
  private List<ByteBuffer> copy;

  /** Leaves a snapshot in a folder. */
  @Setup
  public void save() throws Exception {
    folder = Folders.create();
    training = FloatTraining.of((long) megabytes << 20, TENSORS);
    copy = new ArrayList<>();
    for (ByteBuffer tensor : training.tensors()) {
      copy.add(ByteBuffer.allocateDirect(tensor.capacity()).put(tensor.duplicate()).clear());
    }
    try (SavedTraining saved = new SavedTraining(folder, training, RetentionPolicy.keepLast(1))) {
      saved.step();
      saved.awaitWritten();
    }
  }

  /** Deletes it. */
  @TearDown
  public void delete() throws Exception {
    Folders.delete(folder);
  }

  /** The limit: the same bytes, from direct memory to direct memory. */
  @Benchmark
  public void memcpy() {
    for (int i = 0; i < copy.size(); i++) {
      training.tensors().get(i).duplicate().put(copy.get(i).duplicate());
    }
  }

  /** Training could begin when this returns. */
  @State(Scope.Benchmark)
  public static class Resumed {
    private Checkpointer checkpointer;

    /** Closes what was opened. */
    @TearDown(Level.Invocation)
    public void close() {
      checkpointer.close();
    }
  }

  /** Ours. */
  @Benchmark
  public long cairn(Resumed resumed) throws Exception {
    resumed.checkpointer = SavedTraining.builder(folder).open(training);
    return resumed.checkpointer.resumedFrom().orElseThrow().step();
  }
}
