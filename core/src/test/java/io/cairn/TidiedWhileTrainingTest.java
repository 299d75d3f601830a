// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A new instance may find a folder full of old snapshots: training does not wait for the broom. */
@Timeout(20)
class TidiedWhileTrainingTest {
  private static final int STEPS = 3;
  private static final String HALF_WRITTEN =
      "training.step-000000000004.attempt-001.part-00000-of-00001.safetensors"
          + LocalStore.TEMPORARY_SUFFIX;

  @TempDir Path base;

  private CheckpointerBuilder builder() {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base)
        .whenBusy(WhenBusy.WAIT)
        .savePolicy(SavePolicy.everySteps(1));
  }

  private void leaveFullFolder() throws Exception {
    LogisticRegression training = new LogisticRegression();
    CheckpointerBuilder keepsAll = builder().retention(RetentionPolicy.keepAll());
    try (Checkpointer checkpointer = keepsAll.open(training)) {
      for (int step = 1; step <= STEPS; step++) {
        training.train();
        checkpointer.afterStep(Progress.ofStep(step));
      }
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(base.resolve("checkpoints"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  /** Deletes nothing until it may. */
  private Store deletesLater(CountDownLatch allowed) throws IOException {
    return new OtherStore(LocalStore.in(base.resolve("checkpoints"))) {
      @Override
      public void delete(String name) throws IOException {
        try {
          allowed.await();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
        super.delete(name);
      }
    };
  }

  @Test
  void trainsWhileOldSnapshotsAreDroppedAndSavesAfterwards() throws Exception {
    leaveFullFolder();
    assertThat(files()).hasSize(2 * STEPS);
    CountDownLatch allowed = new CountDownLatch(1);
    LogisticRegression training = new LogisticRegression();

    try (Checkpointer checkpointer =
        builder()
            .store(deletesLater(allowed))
            .retention(RetentionPolicy.keepLast(1))
            .open(training)) {
      assertThat(checkpointer.resumedFrom()).contains(new SnapshotId(STEPS, 1));
      training.train();
      checkpointer.afterStep(Progress.ofStep(STEPS + 1));
      assertThat(files()).hasSize(2 * STEPS);
      allowed.countDown();
    }

    assertThat(files()).hasSize(2).allMatch(name -> name.contains("step-000000000004.attempt-002"));
  }

  @Test
  void whoClosesAtOnceLeavesATidyFolder() throws Exception {
    leaveFullFolder();
    Files.createFile(base.resolve("checkpoints").resolve(HALF_WRITTEN));

    builder().retention(RetentionPolicy.keepLast(1)).open(new LogisticRegression()).close();

    assertThat(files()).hasSize(2).allMatch(name -> name.contains("step-000000000003.attempt-001"));
  }
}
