// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.policy.RetentionPolicy;
import java.io.BufferedOutputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
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
 * How long does a snapshot hold the training up, beside one copy of the same bytes?
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=StallBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StallBenchmark {
  private static final int TENSORS = 16;

  /** The size of the state. */
  @Param({"64", "512", "4096"})
  int megabytes;

  private FloatTraining training;

  /** Makes the state. */
  @Setup
  public void fill() {
    training = FloatTraining.of((long) megabytes << 20, TENSORS);
  }

  /** Whoever copies begins when the disk is idle and a step has just ended. */
  @Setup(Level.Invocation)
  public void train() throws Exception {
    Folders.rest();
    training.train();
  }

  /** Memory of the same size, each page touched. */
  @State(Scope.Benchmark)
  public static class Copy {
    private final List<ByteBuffer> targets = new ArrayList<>();

    /** Makes room. */
    @Setup
    public void allocate(StallBenchmark benchmark) {
      for (ByteBuffer tensor : benchmark.training.tensors()) {
        targets.add(ByteBuffer.allocateDirect(tensor.capacity()).put(tensor.duplicate()).clear());
      }
    }
  }

  /** An open checkpointer. */
  @State(Scope.Benchmark)
  public static class Saved {
    private Path folder;
    private SavedTraining saved;

    /** Opens it. */
    @Setup
    public void open(StallBenchmark benchmark) throws Exception {
      folder = Folders.create();
      saved = new SavedTraining(folder, benchmark.training, RetentionPolicy.keepLast(1));
    }

    /** The writer is idle when the next snapshot is due: what is measured is the copy. */
    @Setup(Level.Invocation)
    public void await(StallBenchmark benchmark) throws Exception {
      saved.awaitSwept();
      benchmark.training.train();
    }

    /** Closes it. */
    @TearDown
    public void close() throws Exception {
      saved.close();
      Folders.delete(folder);
    }
  }

  /** A folder for the peer. */
  @State(Scope.Benchmark)
  public static class Folder {
    private Path folder;

    /** Makes it. */
    @Setup
    public void create() throws Exception {
      folder = Folders.create();
    }

    /** Deletes it. */
    @TearDown
    public void delete() throws Exception {
      Folders.delete(folder);
    }
  }

  /** The limit: the same bytes, from direct memory to direct memory. */
  @Benchmark
  public void memcpy(Copy copy) {
    for (int i = 0; i < copy.targets.size(); i++) {
      copy.targets.get(i).duplicate().put(training.tensors().get(i).duplicate());
    }
  }

  /** Ours. */
  @Benchmark
  public void cairn(Saved saved) throws Exception {
    saved.saved.step();
  }

  /** A peer: Java serialization of float arrays; the training waits for all of it. */
  @Benchmark
  public void javaSerialization(Folder folder) throws Exception {
    try (OutputStream file = Files.newOutputStream(folder.folder.resolve("state.ser"));
        ObjectOutputStream out = new ObjectOutputStream(new BufferedOutputStream(file, 1 << 20))) {
      for (ByteBuffer tensor : training.tensors()) {
        float[] values = new float[tensor.capacity() / Float.BYTES];
        tensor.duplicate().order(tensor.order()).asFloatBuffer().get(values);
        out.writeUnshared(values);
        out.reset();
      }
    }
  }
}
