// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.policy.RetentionPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
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
 * How long from the step until the snapshot is durable, beside a plain write and force of the same
 * bytes to a new file?
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=WriteBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class WriteBenchmark {
  private static final int TENSORS = 16;

  /** The size of the state. */
  @Param("1024")
  int megabytes;

  private Path folder;

  /** Makes the folder. */
  @Setup
  public void create() throws IOException {
    folder = Folders.create();
  }

  /** Deletes it. */
  @TearDown
  public void delete() throws IOException {
    Folders.delete(folder);
  }

  /**
   * Memory with the bytes of the state, to be written without any other work: to a folder that
   * grows as that of the snapshots does. A disk may be faster where a file was deleted just before.
   */
  @State(Scope.Benchmark)
  public static class Plain {
    private List<ByteBuffer> pieces;
    private Path file;
    private int files;

    /** Fills it. */
    @Setup
    public void fill(WriteBenchmark benchmark) {
      pieces = PlainFile.memory((long) benchmark.megabytes << 20);
      Random random = new Random(7);
      for (ByteBuffer piece : pieces) {
        piece.put(Data.weights(piece.capacity(), random)).clear();
      }
    }

    /** Every file is a new one. */
    @Setup(Level.Invocation)
    public void next(WriteBenchmark benchmark) throws Exception {
      file = benchmark.folder.resolve("plain-" + ++files);
      Folders.rest();
    }
  }

  /** Snapshots of which none is dropped while it is measured. */
  @State(Scope.Benchmark)
  public static class Growing {
    private SavedTraining saved;

    /** Opens it. */
    @Setup
    public void open(WriteBenchmark benchmark) throws Exception {
      saved = benchmark.open(RetentionPolicy.keepAll());
    }

    /** Snapshots are seconds apart. */
    @Setup(Level.Invocation)
    public void rest() throws Exception {
      saved.awaitWritten();
      Folders.rest();
    }

    /** Closes it. */
    @TearDown
    public void close() {
      saved.close();
    }
  }

  /** Snapshots of which each drops the one before. */
  @State(Scope.Benchmark)
  public static class Replacing {
    private SavedTraining saved;

    /** Opens it. */
    @Setup
    public void open(WriteBenchmark benchmark) throws Exception {
      saved = benchmark.open(RetentionPolicy.keepLast(1));
    }

    /** Snapshots are seconds apart. */
    @Setup(Level.Invocation)
    public void await() throws Exception {
      saved.awaitSwept();
    }

    /** Closes it. */
    @TearDown
    public void close() {
      saved.close();
    }
  }

  /** Snapshots of which each is written over one that was dropped. */
  @State(Scope.Benchmark)
  public static class Reusing {
    private SavedTraining saved;

    /** Opens it. */
    @Setup
    public void open(WriteBenchmark benchmark) throws Exception {
      saved = benchmark.open(RetentionPolicy.keepLast(1), true);
    }

    /** Snapshots are seconds apart. */
    @Setup(Level.Invocation)
    public void await() throws Exception {
      saved.awaitSwept();
    }

    /** Closes it. */
    @TearDown
    public void close() {
      saved.close();
    }
  }

  private SavedTraining open(RetentionPolicy keep) throws Exception {
    return open(keep, false);
  }

  private SavedTraining open(RetentionPolicy keep, boolean reuseFiles) throws Exception {
    FloatTraining training = FloatTraining.of((long) megabytes << 20, TENSORS);
    return new SavedTraining(folder, training, keep, reuseFiles);
  }

  /** The limit, through the page cache. */
  @Benchmark
  public void plainBuffered(Plain plain) throws IOException {
    PlainFile.write(plain.file, plain.pieces);
  }

  /** The limit, past the page cache. */
  @Benchmark
  public void plainDirect(Plain plain) throws IOException {
    PlainFile.writeDirect(plain.file, plain.pieces);
  }

  /** Ours, while the folder grows. */
  @Benchmark
  public void cairnGrowing(Growing growing) throws Exception {
    growing.saved.step();
    growing.saved.awaitWritten();
  }

  /** Ours, once retention retires snapshots. */
  @Benchmark
  public void cairnReplacing(Replacing replacing) throws Exception {
    replacing.saved.step();
    replacing.saved.awaitWritten();
  }

  /** Ours, once retention retires snapshots that may be written over. */
  @Benchmark
  public void cairnReusing(Reusing reusing) throws Exception {
    reusing.saved.step();
    reusing.saved.awaitWritten();
  }
}
