// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.Compression;
import io.cairn.model.Rank;
import io.cairn.model.SnapshotId;
import io.cairn.policy.Goal;
import io.cairn.policy.RetentionPolicy;
import io.cairn.store.LocalStore;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.CrashDisk.Operation;
import io.cairn.testkit.FileSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SweeperTest {
  private static final RetentionPolicy LAST = RetentionPolicy.keepLast(1);
  private static final RetentionPolicy NOTHING = (snapshots, now) -> Set.of();

  private final CrashDisk disk = new CrashDisk();
  private final LocalStore store = new LocalStore(disk);
  private final FileSet files = FileSet.on(disk.neighbour());

  @AfterEach
  void everyFileIsClosed() {
    disk.assertNoOpenFiles();
  }

  private void commit(long... steps) throws IOException {
    for (long step : steps) {
      Parts.commit(store, Parts.single(step, 1));
    }
  }

  private void mark(String name, String suffix) throws IOException {
    files.write(name + suffix, new byte[0]);
  }

  private static List<String> filesOf(PartName name) {
    return List.of(name.manifest(), name.data(Compression.NONE));
  }

  private void uploaded(PartName name) throws IOException {
    for (String file : filesOf(name)) {
      mark(file, ".sagemaker-uploaded");
    }
  }

  private Sweeper.Sweep sweep(RetentionPolicy policy) throws IOException {
    return Parts.sweeper(store, 1, policy).sweep(Parts.TIME);
  }

  @Test
  void dropsWhatThePolicyDoesNotKeepOldestFirstAndSaysHowMuch() throws Exception {
    commit(10, 20, 30);
    long before = disk.snapshotOfFiles().values().stream().mapToLong(bytes -> bytes.length).sum();

    Sweeper.Sweep sweep = sweep(LAST);

    assertThat(sweep.dropped()).containsExactly(new SnapshotId(10, 1), new SnapshotId(20, 1));
    assertThat(Parts.steps(disk)).containsExactly(30L);
    long after = disk.snapshotOfFiles().values().stream().mapToLong(bytes -> bytes.length).sum();
    assertThat(sweep.bytes()).isEqualTo(before - after);
    assertThat(sweep(LAST).isEmpty()).isTrue();
  }

  @Test
  void forcesTheFolderBeforeItDeletesAndDeletesTheManifestBeforeTheData() throws Exception {
    commit(10, 20, 30);
    int before = disk.operations();

    sweep(LAST);

    assertThat(disk.journal().subList(before, disk.operations()))
        .containsExactly(
            "force the folder",
            "delete " + filesOf(Parts.single(10, 1)).get(0),
            "delete " + filesOf(Parts.single(10, 1)).get(1),
            "delete " + filesOf(Parts.single(20, 1)).get(0),
            "delete " + filesOf(Parts.single(20, 1)).get(1));
  }

  @Test
  void deletesNothingIfWhatStaysCannotBeForced() throws Exception {
    commit(10, 20);
    disk.failNext(Operation.FORCE_FOLDER, new IOException("injected"));

    assertThatThrownBy(() -> sweep(LAST)).isInstanceOf(IOException.class).hasMessage("injected");
    assertThat(Parts.steps(disk)).containsExactly(10L, 20L);

    sweep(LAST);
    assertThat(Parts.steps(disk)).containsExactly(20L);
  }

  @Test
  void keepsTheNewestCompleteWhateverThePolicySays() throws Exception {
    commit(10, 20, 30);

    sweep(NOTHING);

    assertThat(Parts.steps(disk)).containsExactly(30L);
  }

  @Test
  void keepsTheNewestThatIsUploadedUntilANewerOneIs() throws Exception {
    commit(10, 20);
    uploaded(Parts.single(10, 1));
    uploaded(Parts.single(20, 1));
    commit(30, 40);
    mark(filesOf(Parts.single(30, 1)).get(0), ".sagemaker-uploaded");
    Sweeper sweeper = Parts.sweeper(store, 1, LAST);

    sweeper.sweep(Parts.TIME);
    assertThat(Parts.steps(disk)).as("of 30 only the manifest is there").containsExactly(20L, 40L);

    uploaded(Parts.single(40, 1));
    sweeper.sweep(Parts.TIME);
    assertThat(Parts.steps(disk)).containsExactly(40L);
  }

  @Test
  void whatWasUploadedOnceStaysSoWhenTheMarkerGoes() throws Exception {
    commit(10);
    uploaded(Parts.single(10, 1));
    Sweeper sweeper = Parts.sweeper(store, 1, LAST);
    sweeper.sweep(Parts.TIME);
    for (String name : filesOf(Parts.single(10, 1))) {
      files.delete(name + ".sagemaker-uploaded");
    }
    commit(20);

    sweeper.sweep(Parts.TIME);

    assertThat(Parts.steps(disk)).containsExactly(10L, 20L);
  }

  @Test
  void waitsForAnUploadThatIsUnderWayAndCatchesUpLater() throws Exception {
    commit(10, 20, 30);
    String data = filesOf(Parts.single(10, 1)).get(1);
    mark(data, ".sagemaker-uploading");
    Sweeper sweeper = Parts.sweeper(store, 1, LAST);

    Sweeper.Sweep first = sweeper.sweep(Parts.TIME);
    assertThat(first.postponed()).containsExactly(new SnapshotId(10, 1));
    assertThat(first.dropped()).containsExactly(new SnapshotId(20, 1));
    assertThat(Parts.steps(disk)).containsExactly(10L, 30L);

    uploaded(Parts.single(30, 1));
    mark(data, ".sagemaker-uploaded");
    Sweeper.Sweep second = sweeper.sweep(Parts.TIME);
    assertThat(second.dropped()).containsExactly(new SnapshotId(10, 1));
    assertThat(second.postponed()).isEmpty();
    assertThat(Parts.names(disk))
        .as("the agent's files are the agent's")
        .contains(data + ".sagemaker-uploading", data + ".sagemaker-uploaded");
  }

  @Test
  void keepsWhatMayHaveComeFromS3WhereAnAgentIsSeen() throws Exception {
    commit(10, 20);
    PartName mine = Parts.single(30, 2);
    Parts.commit(store, mine);
    mark(mine.manifest(), ".sagemaker-uploading");
    Sweeper sweeper = Parts.sweeper(store, 2, LAST);

    sweeper.sweep(Parts.TIME);
    assertThat(Parts.steps(disk)).containsExactly(20L, 30L);

    uploaded(mine);
    sweeper.sweep(Parts.TIME);
    assertThat(Parts.steps(disk)).containsExactly(30L);
  }

  @Test
  void whatARestoreRefusedStaysAndIsNotTakenForTheNewest() throws Exception {
    commit(10, 20, 30);
    Sweeper sweeper = Parts.sweeper(store, Rank.SINGLE, 2, LAST, Set.of(new SnapshotId(30, 1)));

    sweeper.sweep(Parts.TIME);

    assertThat(Parts.steps(disk)).containsExactly(20L, 30L);
  }

  @Test
  void anUnreadableManifestStaysAndIsNotTakenForTheNewest() throws Exception {
    commit(10, 20, 30);
    files.write(filesOf(Parts.single(30, 1)).get(0), "{}".getBytes(StandardCharsets.UTF_8));

    sweep(NOTHING);

    assertThat(Parts.steps(disk)).containsExactly(20L, 30L);
  }

  @Test
  void policiesSeeMetricsAndTimesOfManifests() throws Exception {
    commit(10, 20, 30, 40);

    sweep(RetentionPolicy.keepBest(1, "loss", Goal.MAX));

    assertThat(Parts.steps(disk)).containsExactly(10L, 40L);
  }

  @Test
  void filesOfOtherRanksAndRunsAndForeignOnesStay() throws Exception {
    for (long step = 10; step <= 30; step += 10) {
      for (int rank = 0; rank < 3; rank++) {
        Parts.commit(store, Parts.name(step, 1, rank, 3));
      }
    }
    Set<String> foreign =
        Set.of(
            "notes.txt",
            "bank.json",
            "bank2.step-000000000001.attempt-001.part-00000-of-00001.json",
            "bank.step-000000000001.attempt-1.part-00001-of-00003.json",
            "bank.step-000000000001.attempt-001.part-00001-of-00003.json.bak",
            "Bank.step-000000000001.attempt-001.part-00001-of-00003.safetensors");
    for (String name : foreign) {
      files.write(name, new byte[1]);
    }
    Set<String> before = Parts.names(disk);

    Parts.sweeper(store, new Rank(1, 3), 1, LAST, Set.of()).sweep(Parts.TIME);

    Set<String> gone = new TreeSet<>(before);
    gone.removeAll(Parts.names(disk));
    assertThat(gone)
        .hasSize(4)
        .allMatch(name -> name.matches("bank\\.step-0000000000[12]0.*part-00001-of-00003.*"));
  }

  @Test
  void filesOfRanksThatNoLongerExistBelongToTheFirst() throws Exception {
    for (long step = 10; step <= 20; step += 10) {
      for (int rank = 0; rank < 4; rank++) {
        Parts.commit(store, Parts.name(step, 1, rank, 4));
      }
    }
    files.write(Parts.name(30, 1, 3, 4).manifest() + ".sagemaker-ignore", new byte[1]);
    for (int rank = 0; rank < 2; rank++) {
      Parts.commit(store, Parts.name(25, 2, rank, 2));
    }
    Sweeper second = Parts.sweeper(store, new Rank(1, 2), 2, LAST, Set.of());
    second.removeAbandoned();
    second.sweep(Parts.TIME);
    assertThat(Parts.names(disk))
        .as("the second rank takes its own only")
        .hasSize(4 + 2 * 2 * 3 + 1)
        .noneMatch(name -> name.contains("part-00001-of-00004"));

    Sweeper first = Parts.sweeper(store, new Rank(0, 2), 2, LAST, Set.of());
    first.removeAbandoned();
    Sweeper.Sweep sweep = first.sweep(Parts.TIME);

    assertThat(sweep.dropped()).containsExactly(new SnapshotId(10, 1), new SnapshotId(20, 1));
    assertThat(Parts.names(disk))
        .hasSize(4)
        .allMatch(name -> name.startsWith("bank.step-000000000025.attempt-002."));
  }

  @Test
  void aSnapshotThatIsNotCompleteYetDoesNotReplaceOneThatIs() throws Exception {
    for (int rank = 0; rank < 2; rank++) {
      Parts.commit(store, Parts.name(10, 1, rank, 2));
    }
    Sweeper sweeper = Parts.sweeper(store, new Rank(0, 2), 1, LAST, Set.of());
    for (long step = 20; step <= 40; step += 10) {
      Parts.commit(store, Parts.name(step, 1, 0, 2));
      sweeper.sweep(Parts.TIME);
    }
    assertThat(Parts.steps(disk))
        .as("10 is complete; the other rank may be writing 30")
        .containsExactly(10L, 10L, 30L, 40L);

    Parts.commit(store, Parts.name(30, 1, 1, 2));
    sweeper.sweep(Parts.TIME);
    assertThat(Parts.newest(store)).contains(new SnapshotId(30, 1));
    assertThat(Parts.steps(disk)).as("10 of the other rank").containsExactly(10L, 30L, 30L, 40L);
  }

  @Test
  void dataOfAnEarlierAttemptWithoutManifestGoesAtOnce() throws Exception {
    commit(10, 20);
    files.delete(Parts.single(20, 1).manifest());

    Parts.sweeper(store, 2, LAST).sweep(Parts.TIME);

    assertThat(Parts.names(disk)).hasSize(2).allMatch(name -> name.contains("0010."));
  }

  @Test
  void aManifestOfAnEarlierAttemptWithoutDataGoes() throws Exception {
    commit(10, 20);
    files.delete(filesOf(Parts.single(10, 1)).get(1));

    Parts.sweeper(store, 2, LAST).sweep(Parts.TIME);

    assertThat(Parts.steps(disk)).containsExactly(20L);
  }

  @Test
  void dataOfThisAttemptWithoutManifestStays() throws Exception {
    commit(10, 20, 30);
    files.delete(Parts.single(10, 1).manifest());

    sweep(LAST);

    assertThat(Parts.names(disk)).hasSize(3).anyMatch(name -> name.contains("0010."));
  }

  @Test
  void dataThatCouldNotBeDeletedAfterItsManifestGoesByTheNextSweep() throws Exception {
    commit(10, 20, 30);
    Sweeper sweeper = Parts.sweeper(store, 1, LAST);
    disk.failAt(disk.operations() + 3, new IOException("injected"));

    Sweeper.Sweep first = sweeper.sweep(Parts.TIME);
    assertThat(first.failures()).singleElement().asString().contains("injected");
    assertThat(first.dropped()).as("the others go").containsExactly(new SnapshotId(20, 1));
    assertThat(Parts.names(disk)).hasSize(3);

    Sweeper.Sweep second = sweeper.sweep(Parts.TIME);
    assertThat(second.dropped()).containsExactly(new SnapshotId(10, 1));
    assertThat(Parts.names(disk)).hasSize(2);
  }

  @Test
  void aWholePartOfAnEarlierAttemptStaysUntilThisOneGotFurther() throws Exception {
    PartName before = Parts.name(20, 1, 0, 2);
    Parts.commit(store, before);
    Sweeper sweeper = Parts.sweeper(store, new Rank(0, 2), 2, LAST, Set.of(before.id()));

    sweeper.sweep(Parts.TIME);
    Parts.commit(store, Parts.name(10, 2, 0, 2));
    sweeper.sweep(Parts.TIME);
    assertThat(Parts.steps(disk)).as("it may be complete elsewhere").containsExactly(10L, 20L);

    Parts.commit(store, Parts.name(20, 2, 0, 2));
    sweeper.sweep(Parts.TIME);
    assertThat(Parts.names(disk)).hasSize(4).allMatch(name -> name.contains("attempt-002"));
  }

  @Test
  void partsOfALaterAttemptStay() throws Exception {
    commit(10);
    Parts.commit(store, Parts.single(5, 2));
    Parts.commit(store, Parts.single(20, 2));

    sweep(LAST);

    assertThat(Parts.steps(disk)).contains(5L, 20L).doesNotContain(10L);
  }

  @Test
  void temporaryFilesOfEarlierAttemptsOfThisRankAreRemoved() throws Exception {
    Set<String> stay =
        List.of(
                Parts.name(10, 2, 0, 2).manifest(),
                Parts.name(10, 3, 0, 2).manifest(),
                Parts.name(10, 1, 1, 2).manifest(),
                "other.step-000000000010.attempt-001.part-00000-of-00002.json",
                "xgboost-checkpoint.3")
            .stream()
            .map(name -> name + ".sagemaker-ignore")
            .collect(Collectors.toSet());
    for (String name : stay) {
      files.write(name, new byte[1]);
    }
    files.write(Parts.name(10, 1, 0, 2).manifest() + ".sagemaker-ignore", new byte[1]);
    files.write(Parts.name(20, 1, 0, 1).manifest() + ".sagemaker-ignore", new byte[1]);

    Parts.sweeper(store, new Rank(0, 2), 2, LAST, Set.of()).removeAbandoned();

    assertThat(Parts.names(disk)).isEqualTo(stay);
  }

  @Test
  void whereRanksBringTheirPartsAtTheirOwnPaceAllThatWaitForOthersStay() throws Exception {
    Sweeper sweeper = Parts.sweeper(store, new Rank(0, 2), 1, LAST, Set.of()).keepingAllAwaited();
    for (long step = 10; step <= 50; step += 10) {
      Parts.commit(store, Parts.name(step, 1, 0, 2));
      sweeper.sweep(Parts.TIME);
    }
    assertThat(Parts.steps(disk)).containsExactly(10L, 20L, 30L, 40L, 50L);

    Parts.commit(store, Parts.name(10, 1, 1, 2));
    Parts.commit(store, Parts.name(20, 1, 1, 2));
    assertThat(sweeper.sweep(Parts.TIME).dropped()).containsExactly(new SnapshotId(10, 1));
    assertThat(Parts.newest(store)).contains(new SnapshotId(20, 1));
  }
}
