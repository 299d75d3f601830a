// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Rank;
import io.cairn.model.Refusal;
import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.staging.Copiers;
import io.cairn.store.LocalStore;
import io.cairn.testkit.Choices;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.FileSet;
import io.cairn.testkit.Repro;
import io.cairn.testkit.SyncAgent;
import io.cairn.testkit.SyncAgent.Habit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A restore from S3 while files, markers, sweeps and deletions go there in any order. */
class UploadOrderTest {
  private static final int SCHEDULES = Integer.getInteger("cairn.test.schedules", 10);
  private static final int STEPS_OF_SCHEDULE = 400;

  /** What stays the same in one schedule. */
  private record Setup(
      int ranks, int folders, int keep, int snapshots, Set<Habit> habits, boolean lossyMarkers) {}

  /** Ranks that save their own parts, and an agent for each folder. */
  private static final class World {
    private final Setup setup;
    private final Choices choices;
    private final List<CrashDisk> folders = new ArrayList<>();
    private final List<SyncAgent> agents = new ArrayList<>();
    private final List<Worker> workers = new ArrayList<>();
    private final TreeSet<SnapshotId> everWhole = new TreeSet<>();
    private Set<String> lastChecked = Set.of();
    private Optional<SnapshotId> lastNewest = Optional.empty();

    World(Setup setup, Choices choices) throws IOException {
      this.setup = setup;
      this.choices = choices;
      for (int i = 0; i < setup.folders; i++) {
        CrashDisk folder = new CrashDisk();
        folders.add(folder);
        agents.add(
            new SyncAgent(FileSet.on(folder.neighbour()), setup.habits.toArray(new Habit[0])));
      }
      hire(1);
    }

    /** All machines die; new ones start with what is in S3, to which late uploads still come. */
    World(World before) throws IOException {
      this.setup = before.setup;
      this.choices = before.choices;
      this.everWhole.addAll(before.everWhole);
      for (SyncAgent agent : before.agents) {
        before.finishSomeUploads(agent);
      }
      for (SyncAgent agent : before.agents) {
        CrashDisk folder = before.restored();
        folders.add(folder);
        SyncAgent moved = agent.movedTo(FileSet.on(folder.neighbour()));
        if (setup.habits.contains(Habit.DELETES)) {
          cancelUploads(moved); // else it would take what comes late for what was deleted
        }
        agents.add(moved);
      }
      hire(2);
    }

    private void finishSomeUploads(SyncAgent agent) throws IOException {
      for (SyncAgent.Action action : agent.pendingActions()) {
        if (action.kind() == SyncAgent.Kind.FINISH && choices.next(2) == 0) {
          agent.perform(action);
        }
      }
    }

    private static void cancelUploads(SyncAgent agent) throws IOException {
      for (SyncAgent.Action action : agent.pendingActions()) {
        if (action.kind() == SyncAgent.Kind.CANCEL) {
          agent.perform(action);
        }
      }
    }

    private void hire(int attempt) throws IOException {
      for (int rank = 0; rank < setup.ranks; rank++) {
        CrashDisk folder = folders.get(rank % folders.size());
        workers.add(new Worker(folder, new Rank(rank, setup.ranks), setup, attempt));
      }
    }

    /** What a machine that starts now finds in its folder. */
    CrashDisk restored() {
      SortedMap<String, byte[]> bucket = new TreeMap<>();
      agents.forEach(agent -> bucket.putAll(agent.bucket()));
      return CrashDisk.holding(bucket);
    }

    /** One thing happens: a part is written, an agent acts, or a marker goes. */
    boolean move() throws IOException {
      List<Move> moves = new ArrayList<>();
      for (Worker worker : workers) {
        if (worker.hasNext() && mayRun(worker)) {
          moves.add(worker::next);
        }
      }
      for (SyncAgent agent : agents) {
        for (SyncAgent.Action action : agent.pendingActions()) {
          moves.add(() -> agent.perform(action));
        }
      }
      if (moves.isEmpty()) {
        return false;
      }
      moves.get(choices.next(moves.size())).run();
      if (setup.lossyMarkers && choices.next(8) == 0) {
        loseAMarker();
      }
      return true;
    }

    /** All that decides what can happen next, and what was whole before. */
    String fingerprint() throws IOException {
      StringBuilder all = new StringBuilder(everWhole.toString());
      for (int i = 0; i < folders.size(); i++) {
        all.append(Parts.names(folders.get(i)))
            .append(agents.get(i).bucket().keySet())
            .append(agents.get(i).pendingActions());
      }
      workers.forEach(worker -> all.append(worker.written).append(worker.sweepsNext));
      return all.toString();
    }

    /** Ranks train in step: nobody is two snapshots ahead of another. */
    private boolean mayRun(Worker worker) {
      return workers.stream().allMatch(other -> worker.written <= other.written);
    }

    private void loseAMarker() throws IOException {
      for (CrashDisk folder : folders) {
        List<String> markers =
            Parts.names(folder).stream()
                .filter(name -> name.contains(".sagemaker-uplo"))
                .collect(Collectors.toList());
        if (!markers.isEmpty()) {
          folder.neighbour().delete(markers.get(choices.next(markers.size())));
        }
      }
    }

    /** Never torn, never mixed: what is chosen says in every part that it is of it. */
    Optional<SnapshotId> assertNotTorn() throws IOException {
      CrashDisk disk = restored();
      Set<String> names = Parts.names(disk);
      if (names.equals(lastChecked)) {
        return lastNewest; // files never change: the same names are the same bytes
      }
      LocalStore store = new LocalStore(disk);
      Catalog catalog = Catalog.read(store, Parts.RUN);
      SnapshotChooser chooser = new SnapshotChooser(store, catalog, new Copiers(1));
      Optional<SnapshotId> newest = Parts.newest(chooser);
      assertThat(chooser.refusals())
          .as("whole files only: nothing is damaged, some things are incomplete")
          .noneMatch(Refusal::isDamaged);
      if (newest.isPresent() && !isBeingDeleted(newest.get())) {
        everWhole.add(newest.get());
      }
      lastChecked = names;
      lastNewest = newest;
      disk.assertNoOpenFiles();
      return newest;
    }

    /** Swept before it was whole in S3; the deletion has not come there yet. */
    private boolean isBeingDeleted(SnapshotId id) throws IOException {
      return setup.habits.contains(Habit.DELETES)
          && Catalog.read(new LocalStore(folders.get(0)), Parts.RUN).newestFirst().stream()
              .noneMatch(candidate -> candidate.id().equals(id) && candidate.isCompleteByNames());
    }

    void assertNeverOlder() throws IOException {
      Optional<SnapshotId> newest = assertNotTorn();
      if (!everWhole.isEmpty()) {
        assertThat(newest)
            .as("never older than what was whole in S3 before: %s", everWhole)
            .hasValueSatisfying(id -> assertThat(id).isGreaterThanOrEqualTo(everWhole.last()));
      }
    }
  }

  @FunctionalInterface
  private interface Move {
    void run() throws IOException;
  }

  /** One rank: writes its parts in order, and sweeps after each. */
  private static final class Worker {
    private final LocalStore store;
    private final Rank rank;
    private final int snapshots;
    private final int attempt;
    private final Sweeper sweeper;
    private final long from;
    private int written;
    private boolean sweepsNext;

    Worker(CrashDisk folder, Rank rank, Setup setup, int attempt) throws IOException {
      this.store = new LocalStore(folder);
      this.rank = rank;
      this.snapshots = setup.snapshots;
      this.attempt = attempt;
      SnapshotChooser chooser =
          new SnapshotChooser(store, Catalog.read(store, Parts.RUN), new Copiers(1));
      this.from = Parts.newest(chooser).map(SnapshotId::step).orElse(0L);
      this.sweeper =
          Parts.sweeper(
              store,
              rank,
              attempt,
              RetentionPolicy.keepLast(setup.keep),
              chooser.refusals().stream().map(Refusal::id).collect(Collectors.toSet()));
      this.sweepsNext = attempt > 1;
    }

    boolean hasNext() {
      return written < snapshots || sweepsNext;
    }

    void next() throws IOException {
      if (sweepsNext) {
        sweeper.sweep(Parts.TIME);
        sweepsNext = false;
      } else {
        written++;
        Parts.commit(
            store, Parts.name(from + 10L * written, attempt, rank.index(), rank.worldSize()));
        sweepsNext = true;
      }
    }
  }

  @Test
  void everyOrderOfUploadsOfTwoSnapshotsOfTwoRanksIsNeverTorn() throws Exception {
    CrashDisk folder = new CrashDisk();
    LocalStore store = new LocalStore(folder);
    for (long step = 10; step <= 20; step += 10) {
      for (int rank = 0; rank < 2; rank++) {
        Parts.commit(store, Parts.name(step, 1, rank, 2));
      }
    }
    SyncAgent agent = new SyncAgent(FileSet.of(new TreeMap<>(folder.snapshotOfFiles())));
    int states =
        agent.everyState(
            (bucket, history) -> {
              LocalStore restored = new LocalStore(CrashDisk.holding(bucket));
              assertThat(Parts.newest(restored)).isEqualTo(newestByHand(bucket));
            });
    // Each of the 8 files is untouched, on its way, or there.
    assertThat(states).isEqualTo(6561);
  }

  private static Optional<SnapshotId> newestByHand(SortedMap<String, byte[]> bucket) {
    for (long step = 20; step >= 10; step -= 10) {
      long wanted = step;
      if (bucket.keySet().stream().filter(name -> name.contains("0" + wanted + ".att")).count()
          == 4) {
        return Optional.of(new SnapshotId(step, 1));
      }
    }
    return Optional.empty();
  }

  @Test
  void everyOrderOfWritesUploadsDeletionsAndSweepsOfOneRankIsNeverOlder() throws Exception {
    everyState(new Setup(1, 1, 1, 2, Set.of(Habit.DELETES), false), true, 100);
  }

  @Test
  void everyOrderOfWritesUploadsAndSweepsOfTwoRanksIsNeverOlder() throws Exception {
    everyState(new Setup(2, 1, 1, 1, Set.of(Habit.TIDIES), false), true, 100);
  }

  @Test
  void everyOrderOfWritesUploadsAndSweepsOfTwoHostsIsNeverTorn() throws Exception {
    everyState(new Setup(2, 2, 1, 1, Set.of(Habit.TIDIES), false), false, 100);
  }

  /** Every way to go, but a state that was met on another way is not gone on from again. */
  private static void everyState(Setup setup, boolean neverOlder, int atLeast) throws Exception {
    Map<String, String> firstWay = new HashMap<>();
    Choices.every(
        1_000_000,
        choices -> {
          StringBuilder way = new StringBuilder();
          World world = new World(setup, noting(choices, way));
          while (world.move()) {
            String here = way.toString();
            String first = firstWay.putIfAbsent(world.fingerprint(), here);
            if (first == null && neverOlder) {
              world.assertNeverOlder();
            } else if (first == null) {
              world.assertNotTorn();
            } else if (!first.equals(here)) {
              return;
            }
          }
        });
    assertThat(firstWay).hasSizeGreaterThan(atLeast);
  }

  private static Choices noting(Choices choices, StringBuilder way) {
    return new Choices() {
      @Override
      public int next(int bound) {
        int chosen = choices.next(bound);
        way.append(chosen).append(' ');
        return chosen;
      }

      @Override
      public int sample(int bound) {
        return choices.sample(bound);
      }
    };
  }

  private void random(String purpose, int folders, boolean lossy, boolean older, Set<Habit> habits)
      throws Exception {
    for (int schedule = 0; schedule < SCHEDULES; schedule++) {
      String name = purpose + " " + schedule;
      Random random = Repro.random(name);
      // What came from S3 and goes before an agent was seen: COMMIT.md says to keep two.
      int keep = (habits.contains(Habit.DELETES) ? 2 : 1) + random.nextInt(2);
      Setup setup = new Setup(3, folders, keep, 3, habits, lossy);
      World world = new World(setup, Choices.random(random));
      run(world, !older, name);
      run(new World(world), !older, name + " restarted");
    }
  }

  private static void run(World world, boolean neverOlder, String name) throws Exception {
    int until = world.choices.next(STEPS_OF_SCHEDULE);
    try {
      for (int i = 0; i < until && world.move(); i++) {
        if (neverOlder) {
          world.assertNeverOlder();
        } else {
          world.assertNotTorn();
        }
      }
    } catch (AssertionError e) {
      throw new AssertionError(name + ": " + e.getMessage(), e);
    }
  }

  @Test
  void inASharedFolderARestoreIsNeverTornNorOlderThanWhatWasWholeInS3() throws Exception {
    random("shared", 1, false, false, Set.of());
    random("shared, repeats", 1, false, false, Set.of(Habit.REPEATS, Habit.TIDIES));
  }

  @Test
  void deletionsThatReachS3NeverTakeTheNewestThatWasWholeThere() throws Exception {
    random("deletes", 1, false, false, Set.of(Habit.DELETES));
    random("deletes, tidies", 1, false, false, Set.of(Habit.DELETES, Habit.TIDIES));
  }

  @Test
  void markersThatVanishTearNothingAndLoseNothingIfDeletionsStayLocal() throws Exception {
    random("lossy", 1, true, false, Set.of());
    random("lossy, repeats", 1, true, false, Set.of(Habit.REPEATS));
    random("lossy, deletes", 1, true, true, Set.of(Habit.DELETES));
    // A repeated upload takes the marker away before a sweep saw it, too.
    random("repeats, deletes", 1, false, true, Set.of(Habit.DELETES, Habit.REPEATS));
  }

  @Test
  void withAFolderForEachHostNothingIsEverTorn() throws Exception {
    random("hosts, deletes", 3, false, true, Set.of(Habit.DELETES));
    random("hosts, lossy, deletes", 3, true, true, Set.of(Habit.DELETES, Habit.REPEATS));
  }

  @Test
  void ifDeletionsStayLocalHostsWithFoldersOfTheirOwnLoseNothingInS3() throws Exception {
    random("hosts", 3, false, false, Set.of(Habit.REPEATS));
    random("hosts, lossy", 3, true, false, Set.of());
  }
}
