// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static io.cairn.testkit.StoreContract.bytes;
import static io.cairn.testkit.StoreContract.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.LocalStore;
import io.cairn.testkit.SyncAgent.Action;
import io.cairn.testkit.SyncAgent.Habit;
import io.cairn.testkit.SyncAgent.Kind;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SyncAgentTest {
  private final Map<String, byte[]> files =
      new TreeMap<>(Map.of("a", bytes(1), "b", bytes(2), "c.sagemaker-ignore", bytes(3)));
  private final SyncAgent agent = new SyncAgent(FileSet.of(files));

  @Test
  void aMarkerLiesBesideAFileDuringItsUploadAndAnotherAfterwards() throws Exception {
    agent.perform(new Action(Kind.START, "a"));
    assertThat(files)
        .containsKey("a.sagemaker-uploading")
        .doesNotContainKey("a.sagemaker-uploaded");
    assertThat(agent.bucket()).isEmpty();
    agent.perform(new Action(Kind.FINISH, "a"));
    assertThat(files).containsKeys("a.sagemaker-uploading", "a.sagemaker-uploaded");
    assertThat(agent.bucket()).containsOnlyKeys("a");
  }

  @Test
  void temporaryFilesAndMarkersAreNotUploaded() throws Exception {
    agent.performAll(Choices.random(Repro.random("sync agent")));
    assertThat(agent.bucket()).containsOnlyKeys("a", "b");
    assertThat(agent.pendingActions()).isEmpty();
  }

  @Test
  void everySubsetOfTheFilesIsABucketAtSomeTime() throws Exception {
    Set<Set<String>> buckets = new HashSet<>();
    agent.everyState((bucket, history) -> buckets.add(Set.copyOf(bucket.keySet())));
    assertThat(buckets)
        .containsExactlyInAnyOrder(Set.of(), Set.of("a"), Set.of("b"), Set.of("a", "b"));
    assertThat(files).as("only a copy was touched").hasSize(3);
    assertThat(agent.bucket()).isEmpty();
  }

  @Test
  void aFailureNamesTheHistory() {
    assertThatThrownBy(
            () -> agent.everyState((bucket, history) -> assertThat(bucket).doesNotContainKey("b")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("kind=FINISH, name=b");
  }

  @Test
  void anAgentThatDeletesTakesAwayWhatIsGone() throws Exception {
    SyncAgent deleting = new SyncAgent(FileSet.of(files), Habit.DELETES);
    for (SyncAgent each : new SyncAgent[] {agent, deleting}) {
      files.put("a", bytes(1));
      each.upload("a");
      files.remove("a");
    }
    deleting.perform(new Action(Kind.DELETE, "a"));
    assertThat(deleting.bucket()).isEmpty();
    assertThat(agent.pendingActions()).containsExactly(new Action(Kind.START, "b"));
    assertThat(agent.bucket()).containsOnlyKeys("a");
  }

  @Test
  void aFileThatGoesAwayDuringItsUploadIsUploadedOrNot() throws Exception {
    Set<Integer> objects = new HashSet<>();
    int ways =
        Choices.every(
            10,
            choices -> {
              Map<String, byte[]> folder = new TreeMap<>(Map.of("a", bytes(1)));
              SyncAgent own = new SyncAgent(FileSet.of(folder));
              own.perform(new Action(Kind.START, "a"));
              folder.remove("a");
              own.performAll(choices);
              objects.add(own.bucket().size());
            });
    assertThat(ways).isEqualTo(2);
    assertThat(objects).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void anAgentThatRepeatsUploadsAFileTwiceAtMost() throws Exception {
    SyncAgent repeating = new SyncAgent(FileSet.of(files), Habit.REPEATS, Habit.TIDIES);
    repeating.upload("a");
    repeating.upload("a");
    assertThatThrownBy(() -> repeating.upload("a")).isInstanceOf(IllegalStateException.class);
    assertThat(files).doesNotContainKey("a.sagemaker-uploading");
  }

  @Test
  void anAgentGoesOnAfterTheTrainingDied() throws Exception {
    CrashDisk disk = new CrashDisk();
    SyncAgent first = new SyncAgent(FileSet.on(disk.neighbour()));
    publish(new LocalStore(disk), "a", bytes(1));
    first.upload("a");
    publish(new LocalStore(disk), "b", bytes(2));
    disk.crash();
    CrashDisk next = disk.restart();
    SyncAgent moved = first.movedTo(FileSet.on(next.neighbour()));
    assertThat(moved.pendingActions()).containsExactly(new Action(Kind.START, "b"));
    moved.upload("b");
    assertThat(CrashDisk.holding(moved.bucket()).snapshotOfFiles()).containsOnlyKeys("a", "b");
  }
}
