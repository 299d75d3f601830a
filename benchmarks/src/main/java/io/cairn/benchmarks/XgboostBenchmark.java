// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.xgboost4j.XgboostCheckpointer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.DMatrix;
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
 * How long does a snapshot hold a boosting up, beside XGBoost's own saver? Nobody can copy a model
 * before XGBoost has serialized it on the training thread, which is most of either time.
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=XgboostBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class XgboostBenchmark {

  /** How many are trained before anything is measured. */
  @Param("512")
  int rounds;

  private Path folder;
  private DMatrix data;
  private XgboostCheckpointer checkpointer;

  /** Trains; nothing is saved yet. */
  @Setup
  public void train() throws Exception {
    folder = Folders.create();
    data = Boosting.data();
    checkpointer =
        XgboostCheckpointer.open(
            data,
            Boosting.PARAMETERS,
            SavedTraining.builder(folder)
                .savePolicy((moment, history) -> moment.progress().step() > rounds)
                .retention(RetentionPolicy.keepLast(1))
                .whenBusy(WhenBusy.WAIT));
    while (checkpointer.round() < rounds) {
      update();
      checkpointer.afterRound();
    }
  }

  private void update() throws Exception {
    checkpointer.booster().update(data, checkpointer.round());
  }

  /** A round has just ended, and the disk is idle. */
  @Setup(Level.Invocation)
  public void updateAndRest() throws Exception {
    update();
    Folders.rest();
  }

  /** Frees it. */
  @TearDown
  public void delete() throws Exception {
    checkpointer.close();
    checkpointer.booster().dispose();
    data.dispose();
    Folders.delete(folder);
  }

  /** Ours. */
  @Benchmark
  public void cairn() throws Exception {
    checkpointer.afterRound();
  }

  /** The peer's; the training waits for all of it. */
  @Benchmark
  public void saveModel() throws Exception {
    checkpointer.booster().saveModel(folder.resolve("peer.ubj").toString());
  }

  /** The limit: what XGBoost needs to give its model to anybody. */
  @Benchmark
  public byte[] serialized() throws Exception {
    return checkpointer.booster().toByteArray("ubj");
  }
}
