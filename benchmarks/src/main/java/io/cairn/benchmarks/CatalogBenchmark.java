// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.commit.Catalog;
import io.cairn.commit.PartCommit;
import io.cairn.commit.PartName;
import io.cairn.commit.SnapshotChooser;
import io.cairn.model.Compression;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
import io.cairn.staging.Copiers;
import io.cairn.staging.StagedState;
import io.cairn.staging.StagingBuffer;
import io.cairn.staging.StateCapture;
import io.cairn.store.LocalStore;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long does it take to find the newest valid snapshot among many, beside one listing of the
 * folder and one reading of a snapshot's files?
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=CatalogBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CatalogBenchmark {
  private static final RunName RUN = new RunName("many");
  private static final int TENSOR_BYTES = 256;
  private static final int LIMIT_BYTES = 1 << 20;

  /** How many parts a snapshot has. */
  @Param("1000")
  int ranks;

  /** How many snapshots there are. */
  @Param("20")
  int snapshots;

  private Path folder;
  private Store store;

  /** Writes all of them, as the ranks would. */
  @Setup
  public void write() throws Exception {
    folder = Folders.create();
    store = LocalStore.in(folder);
    PartCommit commit = new PartCommit(store);
    StagedState state = state();
    for (int step = 1; step <= snapshots; step++) {
      for (int rank = 0; rank < ranks; rank++) {
        commit.commit(Sample.image(new PartName(RUN, new SnapshotId(step, 1), rank, ranks), state));
      }
    }
  }

  private static StagedState state() throws IOException {
    StateCapture capture = new StateCapture(new Rank(0, 1), Sharing.OWN_SECTIONS);
    FloatTraining.of(TENSOR_BYTES, 1).capture(capture);
    return capture.copyInto(new StagingBuffer(LIMIT_BYTES));
  }

  /** Deletes all. */
  @TearDown
  public void delete() throws Exception {
    Folders.delete(folder);
  }

  /** The limit, first half: the names. */
  @Benchmark
  public int listing() throws IOException {
    return store.list().size();
  }

  /** The limit, second half: the bytes of one snapshot's files. */
  @Benchmark
  public long partSet() throws IOException {
    SnapshotId newest = new SnapshotId(snapshots, 1);
    long bytes = 0;
    for (int rank = 0; rank < ranks; rank++) {
      PartName part = new PartName(RUN, newest, rank, ranks);
      bytes += read(part.data(Compression.NONE)) + read(part.manifest());
    }
    return bytes;
  }

  private long read(String name) throws IOException {
    try (ReadableFile file = store.open(name)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
      file.readFully(0, bytes);
      return bytes.position();
    }
  }

  /** Ours. */
  @Benchmark
  public SnapshotId cairn() throws IOException {
    return new SnapshotChooser(store, Catalog.read(store, RUN), new Copiers(1))
        .newest()
        .orElseThrow()
        .id();
  }
}
