// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.Sharing;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenTerminated;
import io.cairn.store.LocalStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** Real snapshots for tests of everything that reads them. */
public final class SampleRuns {
  /** When all samples were written. */
  public static final Instant TIME = Instant.parse("2026-03-01T12:34:56.789Z");

  private SampleRuns() {}

  /** A start as the configuration under a base folder has it; nothing is trained. */
  public static void start(Path base) throws CheckpointException {
    Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base)
        .whenTerminated(WhenTerminated.IGNORE)
        .open(new LogisticRegression())
        .close();
  }

  private static CheckpointerBuilder builder(Path folder, String run) {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(folder.resolveSibling("no-base"))
        .folder(folder)
        .run(run)
        .clock(Clock.fixed(TIME, ZoneOffset.UTC))
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(10))
        .retention(RetentionPolicy.keepAll());
  }

  /** One attempt of the logistic regression: resumes, trains up to a step, saves every 10 steps. */
  public static void train(Path folder, String run, int until) throws CheckpointException {
    train(folder, run, until, CompressionPolicy.NONE);
  }

  /** The same, while somebody listens. */
  public static void train(Path folder, String run, int until, CheckpointEvents listener)
      throws CheckpointException {
    train(builder(folder, run).events(listener), until);
  }

  /** The same, while all is uploaded to another folder. */
  public static void trainMirrored(
      Path folder, Path other, String run, int until, CheckpointEvents listener)
      throws CheckpointException {
    train(builder(folder, run).mirror(LocalStore.in(other)).events(listener), until);
  }

  /** The same, compressed or not. */
  public static void train(Path folder, String run, int until, CompressionPolicy compression)
      throws CheckpointException {
    train(builder(folder, run).compression(compression), until);
  }

  private static void train(CheckpointerBuilder builder, int until) throws CheckpointException {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder.open(training)) {
      for (long step = checkpointer.resumedAt().step(); step < until; ) {
        training.train();
        step++;
        Progress progress = new Progress(step, step / 20, step % 20);
        checkpointer.afterStep(progress, Map.of("loss", training.loss()));
      }
    }
  }

  /** A snapshot at step 10 of a new run with these tensors in section {@code model}. */
  public static void save(Path folder, String run, Map<TensorSpec, byte[]> tensors)
      throws CheckpointException {
    save(folder, run, tensors, Rank.SINGLE, 0);
  }

  /** A snapshot at step 10 with these tensors, compressed or not. */
  public static void save(
      Path folder, String run, Map<TensorSpec, byte[]> tensors, CompressionPolicy compression)
      throws CheckpointException {
    save(builder(folder, run).compression(compression).attempt(1), tensors);
  }

  /** A snapshot at step 10 with these tensors. */
  static void save(CheckpointerBuilder builder, Map<TensorSpec, byte[]> tensors)
      throws CheckpointException {
    try (Checkpointer checkpointer = builder.open(new Tensors(tensors, Rank.SINGLE, 0))) {
      checkpointer.afterStep(Progress.ofStep(10), Map.of("loss", 0.5));
    }
  }

  /**
   * One rank's part of a snapshot at step 10 with a value of its own; if that is negative, of
   * another training.
   */
  public static void save(
      Path folder, String run, Map<TensorSpec, byte[]> tensors, Rank rank, long own)
      throws CheckpointException {
    try (Checkpointer checkpointer =
        builder(folder, run).rank(rank).attempt(1).open(new Tensors(tensors, rank, own))) {
      checkpointer.afterStep(Progress.ofStep(10), Map.of("loss", 0.5));
    }
  }

  private record Tensors(Map<TensorSpec, byte[]> tensors, Rank rank, long own)
      implements TrainingState {
    @Override
    public Fingerprint fingerprint() {
      String kind = own < 0 ? "other" : "sample";
      return Fingerprint.builder().identity("kind", kind).environment("threads", 1).build();
    }

    @Override
    public Sharing sharing() {
      return rank.worldSize() > 1 ? Sharing.OWN_SECTIONS : Sharing.SAME_ON_ALL_RANKS;
    }

    @Override
    public void capture(StateSink sink) {
      var model = sink.section("model");
      tensors.forEach((spec, bytes) -> model.tensor(spec, TensorMemory.of(ByteBuffer.wrap(bytes))));
      if (rank.worldSize() > 1) {
        sink.ownSection("rng")
            .value("seed", own)
            .tensor(
                new TensorSpec("state", DType.I64, List.of(1L)), TensorMemory.of(new long[] {own}));
      }
    }

    @Override
    public void restore(StateSource source) {
      throw new IllegalStateException("A sample is saved once");
    }
  }
}
