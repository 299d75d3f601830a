// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

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
 * How long do the frameworks' own savers hold the training up, and how long do their loaders take,
 * for parameters of the same size as in {@link StallBenchmark} and {@link RestoreBenchmark}? DJL
 * and DL4J save no more than parameters here (no optimizer state), which favours them.
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=PeerBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PeerBenchmark {

  /** Whose saver. */
  @Param({"DJL", "DL4J", "XGBOOST"})
  String peer;

  /** The size of the parameters, about; XGBoost's model is smaller than that: see its class. */
  @Param({"64", "512"})
  int megabytes;

  private Path folder;
  private Peer saver;

  /** Makes the model and saves it once. */
  @Setup
  public void create() throws Exception {
    folder = Folders.create();
    saver = Peer.of(peer, megabytes, folder);
    saver.save();
  }

  /** As long as our own stall is measured after. */
  @Setup(Level.Invocation)
  public void rest() throws Exception {
    Folders.rest();
  }

  /** Frees it. */
  @TearDown
  public void delete() throws Exception {
    saver.close();
    Folders.delete(folder);
  }

  /** The peer saves. */
  @Benchmark
  public void save() throws Exception {
    saver.save();
  }

  /** The peer loads. */
  @Benchmark
  public Object load() throws Exception {
    return saver.load();
  }
}
