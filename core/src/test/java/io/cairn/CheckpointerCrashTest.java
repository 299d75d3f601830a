// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.CheckpointException;
import io.cairn.model.CommitFailedException;
import io.cairn.model.CommitUnknownException;
import io.cairn.model.Progress;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenTerminated;
import io.cairn.store.Disk;
import io.cairn.store.LocalStore;
import io.cairn.testkit.Crashes;
import io.cairn.testkit.Crashes.Aftermath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A whole training on a disk that crashes or fails at every operation. */
class CheckpointerCrashTest {
  private static final int EVERY = 5;

  @TempDir Path folder;

  /** What the events said. */
  private static final class Witness implements CheckpointEvents {
    private final List<Long> captured = new ArrayList<>();
    private final List<Long> committed = new ArrayList<>();
    private final List<Long> failed = new ArrayList<>();
    private final List<CheckpointException> failures = new ArrayList<>();
    private final List<IOException> sweepFailures = new ArrayList<>();
    private long lastStep;

    @Override
    public void captured(Captured event) {
      captured.add(event.id().step());
    }

    @Override
    public void committed(Committed event) {
      committed.add(event.id().step());
    }

    @Override
    public void failed(Failed event) {
      failed.add(event.id().step());
      failures.add(event.cause());
    }

    @Override
    public void sweepFailed(IOException cause) {
      sweepFailures.add(cause);
    }
  }

  private CheckpointerBuilder builder(Disk disk, int keep, CompressionPolicy how) {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(folder)
        .store(new LocalStore(disk))
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .failurePolicy(FailurePolicy.tolerate(1000))
        .compression(how)
        .savePolicy(SavePolicy.everySteps(EVERY))
        .retention(RetentionPolicy.keepLast(keep));
  }

  private static void train(CheckpointerBuilder builder, long until, Witness witness)
      throws CheckpointException {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder.events(witness).open(training)) {
      for (long step = checkpointer.resumedAt().step(); step < until; ) {
        training.train();
        checkpointer.afterStep(Progress.ofStep(++step));
        witness.lastStep = step;
      }
    }
  }

  private void assertResumes(Aftermath<Witness> after) throws CheckpointException {
    Witness before = after.witness();
    LogisticRegression resumed = new LogisticRegression();
    long at;
    try (Checkpointer checkpointer =
        builder(after.disk(), 2, CompressionPolicy.NONE).open(resumed)) {
      at = checkpointer.resumedAt().step();
    }
    assertThat(resumed).hasToString(trained(at).toString());
    assertThat(at)
        .as("the last one that was finished, or the one in flight: the first that failed")
        .isIn(last(before.committed), before.failed.isEmpty() ? -1 : before.failed.get(0));
    after.disk().assertNoOpenFiles();
  }

  private static long last(List<Long> steps) {
    return steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
  }

  private static LogisticRegression trained(long steps) {
    LogisticRegression training = new LogisticRegression();
    for (long i = 0; i < steps; i++) {
      training.train();
    }
    return training;
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "FAST"})
  void aTrainingResumesFromTheNewestSnapshotThatWasFinished(CompressionPolicy how)
      throws Exception {
    Crashes.afterEachOperation(
        Map.of(),
        Witness::new,
        (disk, witness) -> {
          train(builder(disk, 2, how), 22, witness);
          train(builder(disk, 1, how), 31, witness);
        },
        this::assertResumes);
  }

  @Test
  void aFailedOperationIsSaidAndTheTrainingGoesOn() throws Exception {
    Crashes.failingEachOperation(
        Map.of(),
        Witness::new,
        (disk, witness) -> train(builder(disk, 1, CompressionPolicy.NONE), 20, witness),
        after -> {
          Witness told = after.witness();
          assertThat(after.thrown()).isEmpty();
          assertThat(told.lastStep).isEqualTo(20);
          assertThat(told.captured).containsExactly(5L, 10L, 15L, 20L);
          assertThat(told.failures.size() + told.sweepFailures.size()).isEqualTo(1);
          assertThat(told.failures).allSatisfy(CheckpointerCrashTest::assertClear);
          assertThat(told.sweepFailures)
              .allSatisfy(failure -> assertThat(failure).hasMessageContaining("injected into"));
          assertResumes(after);
        });
  }

  private static void assertClear(CheckpointException failure) {
    assertThat(failure)
        .isInstanceOfAny(CommitFailedException.class, CommitUnknownException.class)
        .hasMessageContaining("'training.step-0000000000")
        .hasMessageContaining("in crash disk");
  }
}
