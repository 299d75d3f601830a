// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.CheckpointException;
import io.cairn.model.Compression;
import io.cairn.model.Rank;
import io.cairn.model.Refusal;
import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.staging.Copiers;
import io.cairn.store.Disk;
import io.cairn.store.LocalStore;
import io.cairn.testkit.Choices;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.Crashes;
import io.cairn.testkit.Crashes.Aftermath;
import io.cairn.testkit.Repro;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commit, sweep and restart on a disk that crashes or fails at every operation. */
class CommitCrashTest {

  /** What was promised before the crash. */
  private static final class Promises {
    private SnapshotId started;
    private SnapshotId finished;
  }

  /** A life of the training: what a start does, then some saves. */
  private static void live(Disk disk, Promises promises, int keep, Compression how, long... steps)
      throws IOException {
    live(new LocalStore(disk), promises, keep, how, steps);
  }

  private static void live(
      LocalStore store, Promises promises, int keep, Compression how, long... steps)
      throws IOException {
    Catalog catalog = Catalog.read(store, Parts.RUN);
    int attempt = catalog.highestAttempt(store.abandoned()) + 1;
    SnapshotChooser chooser = new SnapshotChooser(store, catalog, new Copiers(1));
    chooser.newest();
    Sweeper sweeper =
        Parts.sweeper(
            store,
            Rank.SINGLE,
            attempt,
            RetentionPolicy.keepLast(keep),
            chooser.refusals().stream().map(Refusal::id).collect(Collectors.toSet()));
    sweeper.removeAbandoned();
    sweeper.sweep(Parts.TIME);
    for (long step : steps) {
      PartName name = Parts.single(step, attempt);
      promises.started = name.id();
      new PartCommit(store).commit(Parts.image(name, how));
      promises.finished = name.id();
      sweeper.sweep(Parts.TIME);
    }
  }

  private static void assertRestores(Aftermath<Promises> after) throws IOException {
    Optional<SnapshotId> newest = Parts.newest(new LocalStore(after.disk()));
    if (after.witness().finished == null) {
      assertThat(newest.or(() -> Optional.ofNullable(after.witness().started)))
          .as("nothing, or the one in flight")
          .isEqualTo(Optional.ofNullable(after.witness().started));
    } else {
      assertThat(newest.orElseThrow())
          .as("the last one that was finished, or the one in flight")
          .isIn(after.witness().finished, after.witness().started);
    }
    after.disk().assertNoOpenFiles();
  }

  /** The next life cleans up: nothing but whole snapshots and its own new one is left. */
  private static void assertGoesOn(Aftermath<Promises> after) throws IOException {
    assertRestores(after);
    live(after.disk(), new Promises(), 1, Compression.NONE, 1000);
    assertThat(Parts.newest(new LocalStore(after.disk())).orElseThrow().step()).isEqualTo(1000);
    assertThat(Parts.names(after.disk())).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void aCrashInTheFirstSaveLeavesNothingOrThatSnapshot(Compression how) throws Exception {
    Crashes.afterEachOperation(
        Map.of(),
        Promises::new,
        (disk, promises) -> live(disk, promises, 1, how, 10),
        CommitCrashTest::assertGoesOn);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aCrashInSavesThatSweepLeavesTheNewestFinished(int keep) throws Exception {
    Crashes.afterEachOperation(
        Map.of(),
        Promises::new,
        (disk, promises) -> live(disk, promises, keep, Compression.NONE, 10, 20, 30, 40),
        CommitCrashTest::assertGoesOn);
  }

  /** What a dropped file held is never seen again under its name, whatever is lost. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aCrashInSavesOverDroppedFilesLeavesTheNewestFinished(int keep) throws Exception {
    Crashes.afterEachOperation(
        Map.of(),
        Promises::new,
        (disk, promises) -> {
          LocalStore store = new LocalStore(disk).reusing();
          live(store, promises, keep, Compression.NONE, 10, 20, 30, 40, 50);
          store.release();
        },
        after -> {
          assertNoMixture(after.disk());
          assertGoesOn(after);
        });
  }

  /** A file under a published name has the bytes that its own name goes with. */
  private static void assertNoMixture(CrashDisk disk) {
    disk.snapshotOfFiles()
        .forEach(
            (name, bytes) -> {
              if (name.endsWith(".safetensors")) {
                assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                    .contains(name.substring(0, name.length() - ".safetensors".length()));
              }
            });
  }

  @Test
  void aCrashAfterARestartLeavesTheNewestFinished() throws Exception {
    Crashes.afterEachOperation(
        Map.of(),
        Promises::new,
        (disk, promises) -> {
          live(disk, promises, 2, Compression.NONE, 10, 20, 30);
          live(disk, promises, 1, Compression.NONE, 31, 40);
          live(disk, promises, 1, Compression.NONE, 41);
        },
        CommitCrashTest::assertGoesOn);
  }

  /** A kill leaves renames that are not durable; the next life must not count on them. */
  @Test
  void aPowerLossInTheLifeAfterAKillLeavesTheNewestFinished() throws Exception {
    CrashDisk before = new CrashDisk();
    live(before, new Promises(), 1, Compression.NONE, 10);
    SortedMap<String, byte[]> files = before.snapshotOfFiles();
    int first = operations(CrashDisk.holding(files), 20);
    int checked = 0;
    for (int i = 0; i <= first; i++) {
      CrashDisk disk = CrashDisk.holding(files).crashAfter(i);
      Promises promises = liveUntilCrash(disk, 20);
      promises.finished = promises.finished == null ? new SnapshotId(10, 1) : promises.finished;
      disk.crash();
      int second = operations(disk.restart(), 30);
      for (int j = 0; j <= second; j++) {
        CrashDisk next = disk.restart().crashAfter(j);
        Promises more = liveUntilCrash(next, 30);
        SnapshotId finished = more.finished == null ? promises.finished : more.finished;
        next.crash();
        String where = "killed after " + i + ", power lost after " + next.journal();
        checked += assertNoneOlder(next, finished, where);
      }
    }
    assertThat(checked).isGreaterThan(1000);
  }

  private static int operations(CrashDisk disk, long step) throws IOException {
    live(disk, new Promises(), 1, Compression.NONE, step);
    return disk.operations();
  }

  private static Promises liveUntilCrash(CrashDisk disk, long step) throws IOException {
    Promises promises = new Promises();
    try {
      live(disk, promises, 1, Compression.NONE, step);
    } catch (IOException e) {
      if (!disk.crashed()) {
        throw e;
      }
    }
    return promises;
  }

  private static int assertNoneOlder(CrashDisk crashed, SnapshotId finished, String where)
      throws IOException {
    List<CrashDisk> left = new ArrayList<>();
    left.add(crashed.restart());
    for (int i = 0; i < 12; i++) {
      left.add(crashed.afterPowerLoss(Repro.random(where + i)));
      left.add(
          crashed.afterPowerLoss(
              CrashDisk.Loss.NEWEST_CHANGES, Choices.random(Repro.random(where + i))));
    }
    for (CrashDisk disk : left) {
      Optional<SnapshotId> newest = Parts.newest(new LocalStore(disk));
      assertThat(newest).as(where).isPresent();
      assertThat(newest.get()).as(where).isGreaterThanOrEqualTo(finished);
    }
    return left.size();
  }

  @Test
  void afterAFailureOfAnyOperationTheLastGoodSnapshotStands() throws Exception {
    Crashes.failingEachOperation(
        Map.of(),
        Promises::new,
        CommitCrashTest::liveOnDespiteFailures,
        after -> {
          for (int i = 0; i < 8; i++) {
            CrashDisk lost = after.disk().afterPowerLoss(Repro.random("failure " + i));
            assertThat(Parts.newest(new LocalStore(lost)).orElseThrow())
                .isIn(after.witness().finished, after.witness().started);
          }
          assertGoesOn(after);
        });
  }

  /** As the training does: a failed save or sweep is not the end. */
  private static void liveOnDespiteFailures(Disk disk, Promises promises) throws IOException {
    LocalStore store = new LocalStore(disk);
    Sweeper sweeper = Parts.sweeper(store, 1, RetentionPolicy.keepLast(1));
    for (long step = 10; step <= 40; step += 10) {
      PartName name = Parts.single(step, 1);
      promises.started = name.id();
      try {
        new PartCommit(store).commit(Parts.image(name));
        promises.finished = name.id();
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining(name.toString()).hasRootCauseMessage(injected(e));
      }
      try {
        sweeper.sweep(Parts.TIME);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("injected into operation");
      }
    }
  }

  private static String injected(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    assertThat(root).hasMessageContaining("injected into operation");
    return root.getMessage();
  }
}
