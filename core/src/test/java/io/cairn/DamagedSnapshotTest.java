// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.Refusal;
import io.cairn.model.SectionSource;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
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
import io.cairn.store.Disk;
import io.cairn.store.LocalStore;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.Damage;
import io.cairn.testkit.FileSet;
import io.cairn.testkit.UnreadableDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything one can do to the files of a small snapshot, with an older one before it. */
class DamagedSnapshotTest {
  @TempDir Path folder;

  /** A training with a few numbers, of which each rank has some of its own. */
  private static final class Small implements TrainingState {
    private static final TensorSpec SPEC = new TensorSpec("weights", DType.F32, List.of(3L));
    private final float[] weights = {-1, -1, -1};
    private final float[] own = {-1, -1, -1};
    private final Sharing sharing;
    private long seed = -1;

    Small(Sharing sharing) {
      this.sharing = sharing;
    }

    void trainTo(long step, int rank) {
      for (int i = 0; i < 3; i++) {
        weights[i] = step + i;
        own[i] = 100f * rank + step + i;
      }
      seed = step;
    }

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.NONE;
    }

    @Override
    public Sharing sharing() {
      return sharing;
    }

    @Override
    public void capture(StateSink sink) {
      sink.section("m").tensor(SPEC, TensorMemory.of(weights)).value("seed", seed);
      if (sharing == Sharing.OWN_SECTIONS) {
        sink.ownSection("own").tensor(SPEC, TensorMemory.of(own));
      }
    }

    @Override
    public void restore(StateSource source) throws CheckpointException {
      SectionSource model = source.section("m");
      model.tensor(SPEC, TensorMemory.of(weights));
      long saved = model.longValue("seed");
      if (sharing == Sharing.OWN_SECTIONS) {
        source.section("own").tensor(SPEC, TensorMemory.of(own));
      }
      source.afterwards(() -> seed = saved);
    }
  }

  private static final class Trail implements CheckpointEvents {
    private List<Refusal> refusals = List.of();

    @Override
    public void restored(Restored event) {
      refusals = event.refusals();
    }
  }

  private CheckpointerBuilder builder(Disk disk) {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(folder)
        .store(new LocalStore(disk))
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(1));
  }

  private CrashDisk twoSnapshots(CompressionPolicy how, int ranks) throws CheckpointException {
    CrashDisk disk = new CrashDisk();
    for (int rank = 0; rank < ranks; rank++) {
      Small state = new Small(ranks == 1 ? Sharing.SAME_ON_ALL_RANKS : Sharing.OWN_SECTIONS);
      try (Checkpointer checkpointer =
          builder(disk).compression(how).rank(new Rank(rank, ranks)).attempt(1).open(state)) {
        for (long step = 10; step <= 20; step += 10) {
          state.trainTo(step, rank);
          checkpointer.afterStep(Progress.ofStep(step));
        }
      }
    }
    return disk;
  }

  /** The files of the newer snapshot alone, to be damaged on the disk of both. */
  private static FileSet newerOf(CrashDisk disk) {
    FileSet all = FileSet.on(disk.neighbour());
    return new FileSet() {
      @Override
      public SortedSet<String> names() throws IOException {
        SortedSet<String> names = all.names();
        names.removeIf(name -> !name.contains("step-000000000020"));
        return names;
      }

      @Override
      public byte[] read(String name) throws IOException {
        return all.read(name);
      }

      @Override
      public void write(String name, byte[] bytes) throws IOException {
        all.write(name, bytes);
      }

      @Override
      public void delete(String name) throws IOException {
        all.delete(name);
      }
    };
  }

  private void assertFallsBack(CrashDisk damaged, Damage.Mutation mutation, int ranks)
      throws Exception {
    for (int rank = 0; rank < ranks; rank++) {
      Small state = new Small(ranks == 1 ? Sharing.SAME_ON_ALL_RANKS : Sharing.OWN_SECTIONS);
      Trail events = new Trail();
      CrashDisk disk = CrashDisk.holding(damaged.snapshotOfFiles());
      try (Checkpointer checkpointer =
          builder(disk).rank(new Rank(rank, ranks)).events(events).open(state)) {
        assertThat(checkpointer.resumedFrom()).contains(new SnapshotId(10, 1));
      }
      assertThat(state.weights).containsExactly(10, 11, 12);
      assertThat(state.seed).isEqualTo(10);
      if (ranks > 1) {
        assertThat(state.own).containsExactly(100 * rank + 10f, 100 * rank + 11f, 100 * rank + 12f);
      }
      assertThat(events.refusals).hasSize(1);
      Refusal refusal = events.refusals.get(0);
      assertThat(refusal.id()).isEqualTo(new SnapshotId(20, 1));
      assertThat(refusal.reason()).doesNotContain("\n");
      if (refusal.isDamaged()) {
        assertThat(mutation.names()).anyMatch(refusal.reason()::contains);
        assertThat(disk.snapshotOfFiles().keySet())
            .as("evidence stays")
            .isEqualTo(damaged.snapshotOfFiles().keySet());
      } else {
        assertThat(refusal.reason()).matches("incomplete: 1 of \\d .* missing \\(part \\d\\)");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "FAST"})
  void everyDamageIsFoundAndTheSnapshotBeforeIsLoaded(CompressionPolicy how) throws Exception {
    CrashDisk disk = twoSnapshots(how, 1);
    AtomicInteger tried = new AtomicInteger();
    Damage.of(newerOf(disk))
        .all()
        .forEach(
            mutation -> {
              mutation.during(() -> assertFallsBack(disk, mutation, 1));
              tried.incrementAndGet();
            });
    assertThat(tried).hasValueGreaterThan(1000);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "FAST"})
  void filesOfTwoRanksInEachOthersPlaceAreFound(CompressionPolicy how) throws Exception {
    CrashDisk disk = twoSnapshots(how, 2);
    List<Damage.Mutation> mutations = new ArrayList<>();
    Damage damage = Damage.of(newerOf(disk));
    Stream.of(damage.swaps(), damage.removals(), damage.extensions())
        .flatMap(each -> each)
        .forEach(mutations::add);
    assertThat(mutations).hasSize(6 + 4 + 4);
    for (Damage.Mutation mutation : mutations) {
      mutation.during(() -> assertFallsBack(disk, mutation, 2));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "FAST"})
  void filesOfTwoSnapshotsInEachOthersPlaceAreFound(CompressionPolicy how) throws Exception {
    CrashDisk disk = twoSnapshots(how, 1);
    Map<String, byte[]> intact = disk.snapshotOfFiles();
    Damage.of(FileSet.on(disk.neighbour()))
        .swaps()
        .forEach(swap -> swap.during(() -> assertNothingMixed(disk, intact, swap)));
  }

  /** Both snapshots are broken by a swap between them; one is by a swap within it. */
  private void assertNothingMixed(
      CrashDisk disk, Map<String, byte[]> intact, Damage.Mutation swap) {
    Small state = new Small(Sharing.SAME_ON_ALL_RANKS);
    boolean within =
        swap.names().get(0).substring(0, 28).equals(swap.names().get(1).substring(0, 28));
    if (within) {
      return; // the other test has these
    }
    assertThat(disk.snapshotOfFiles()).hasSameSizeAs(intact);
    assertThatThrownBy(() -> builder(disk).open(state).close())
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining("None of the 2 snapshots of run 'training'")
        .hasMessageContaining("step 20 attempt 1: ")
        .hasMessageContaining("step 10 attempt 1: ")
        .hasMessageContaining("choose another run name");
    assertThat(state.weights).containsExactly(-1, -1, -1);
    assertThat(state.seed).isEqualTo(-1);
    assertThat(new TreeMap<>(disk.snapshotOfFiles()).keySet()).isEqualTo(intact.keySet());
  }

  /** To begin from step 0 beside it, or to have it moved away, would lose it. */
  @Test
  void ifNothingElseCanBeUsedWhatCannotBeReadEndsTheStart() throws Exception {
    CrashDisk disk = twoSnapshots(CompressionPolicy.NONE, 1);
    FileSet.on(disk.neighbour())
        .write(
            "training.step-000000000010.attempt-001.part-00000-of-00001.safetensors", new byte[10]);
    Disk failing =
        new UnreadableDisk(
            disk,
            name -> name.contains("step-000000000020") && name.endsWith(".safetensors"),
            name -> new IOException("Input/output error"));
    Small state = new Small(Sharing.SAME_ON_ALL_RANKS);

    assertThatThrownBy(() -> builder(failing).open(state).close())
        .isExactlyInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(
            "Could not read all of the 2 snapshots of run 'training' in crash disk, and the others"
                + " cannot be used:\n")
        .hasMessageContaining(
            "step 20 attempt 1: 'training.step-000000000020.attempt-001.part-00000-of-00001"
                + ".safetensors' could not be read: Input/output error\n")
        .hasMessageContaining("step 10 attempt 1: Data file ")
        .hasMessageEndingWith(
            "What could not be read may be whole: look at permissions, the network and the disk,"
                + " and start again");
    assertThat(state.weights).containsExactly(-1, -1, -1);
    assertThat(disk.snapshotOfFiles()).hasSize(4);
  }

  @Test
  void whatWasRefusedIsNeverTakenForTheNewest() throws Exception {
    CrashDisk disk = twoSnapshots(CompressionPolicy.NONE, 1);
    FileSet files = FileSet.on(disk.neighbour());
    String data = "training.step-000000000020.attempt-001.part-00000-of-00001.safetensors";
    files.write(data, new byte[10]);

    for (int attempt = 2; attempt <= 4; attempt++) {
      Small state = new Small(Sharing.SAME_ON_ALL_RANKS);
      try (Checkpointer checkpointer =
          builder(disk).retention(RetentionPolicy.keepLast(1)).attempt(attempt).open(state)) {
        assertThat(checkpointer.resumedFrom()).contains(new SnapshotId(10, 1));
      }
    }

    assertThat(disk.snapshotOfFiles()).hasSize(4).containsKey(data);
  }
}
