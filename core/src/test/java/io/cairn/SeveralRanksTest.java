// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.Agreement;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.SectionSource;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TrainingState;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenTerminated;
import io.cairn.store.LocalStore;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.FileSet;
import io.cairn.testkit.Repro;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks that save their own parts, die and start again. */
class SeveralRanksTest {
  private static final int RANKS = 3;

  @TempDir Path base;

  /** A state that knows in which life of the training it was saved. */
  private static final class Life implements TrainingState {
    private long life;
    private long step;
    private long sharedLife;

    Life(long life) {
      this.life = life;
      this.sharedLife = life;
    }

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.NONE;
    }

    @Override
    public Sharing sharing() {
      return Sharing.OWN_SECTIONS;
    }

    @Override
    public void capture(StateSink sink) {
      sink.section("same").value("life", sharedLife);
      sink.ownSection("own").value("life", life).value("step", step);
    }

    @Override
    public void restore(StateSource source) throws CheckpointException {
      SectionSource own = source.section("own");
      long savedLife = own.longValue("life");
      long savedStep = own.longValue("step");
      long savedShared = source.section("same").longValue("life");
      source.afterwards(
          () -> {
            life = savedLife;
            step = savedStep;
            sharedLife = savedShared;
          });
    }
  }

  private CheckpointerBuilder builder(CrashDisk disk, int rank) {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base)
        .store(new LocalStore(disk))
        .rank(new Rank(rank, RANKS))
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(1))
        .retention(RetentionPolicy.keepLast(1));
  }

  @RepeatedTest(30)
  void noSnapshotIsEverMadeOfTwoAttempts(RepetitionInfo repetition) throws Exception {
    Random random = Repro.random("attempts " + repetition.getCurrentRepetition());
    CrashDisk disk = new CrashDisk();
    long finished = 0;
    for (int life = 1; life <= 6; life++) {
      List<Life> states = new ArrayList<>();
      List<Checkpointer> ranks = new ArrayList<>();
      Set<Optional<SnapshotId>> resumed = new HashSet<>();
      for (int rank = 0; rank < RANKS; rank++) {
        Life state = new Life(0);
        states.add(state);
        ranks.add(builder(disk, rank).open(state));
        resumed.add(ranks.get(rank).resumedFrom());
      }
      assertThat(resumed).as("all ranks choose alike").hasSize(1);
      assertThat(states).extracting(state -> state.life).containsOnly(states.get(0).life);
      assertThat(states).extracting(state -> state.sharedLife).containsOnly(states.get(0).life);
      assertThat(states).extracting(state -> state.step).containsOnly(finished);
      finished = liveAndDie(life, states, ranks, finished, random);
      disk = random.nextBoolean() ? disk.restart() : disk.afterPowerLoss(random);
    }
  }

  /** Some steps; in the last one some ranks die before their part, in any order of writing. */
  private static long liveAndDie(
      int life, List<Life> states, List<Checkpointer> ranks, long from, Random random)
      throws CheckpointException {
    long step = from;
    int whole = random.nextInt(4);
    for (int i = 0; i < whole; i++) {
      step++;
      for (int rank = 0; rank < RANKS; rank++) {
        save(life, step, states.get(rank), ranks.get(rank));
      }
    }
    int survivor = random.nextInt(RANKS);
    for (int rank = 0; rank < RANKS; rank++) {
      if (rank != survivor && random.nextBoolean()) {
        save(life, step + 1, states.get(rank), ranks.get(rank));
      }
    }
    ranks.forEach(Checkpointer::close);
    return step;
  }

  private static void save(int life, long step, Life state, Checkpointer checkpointer)
      throws CheckpointException {
    state.life = life;
    state.sharedLife = life;
    state.step = step;
    checkpointer.afterStep(Progress.ofStep(step));
  }

  @ParameterizedTest
  @ValueSource(strings = {".safetensors", ".safetensors.sagemaker-ignore"})
  void allRanksCountTheAttemptThatLeftOneUnfinishedFile(String suffix) throws Exception {
    CrashDisk disk = new CrashDisk();
    List<Checkpointer> first = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      first.add(builder(disk, rank).open(new Life(0)));
    }
    for (Checkpointer checkpointer : first) {
      checkpointer.afterStep(Progress.ofStep(1));
      checkpointer.close();
    }
    FileSet.on(disk.neighbour())
        .write(
            "training.step-000000000002.attempt-002.part-00000-of-00003" + suffix, new byte[100]);
    List<Integer> attempts = new ArrayList<>();
    CheckpointEvents listener =
        new CheckpointEvents() {
          @Override
          public void opened(Opened event) {
            attempts.add(event.attempt());
          }
        };
    for (int rank = 0; rank < RANKS; rank++) {
      builder(disk, rank).events(listener).open(new Life(0)).close(); // tidied up by then
    }
    assertThat(attempts).containsExactly(3, 3, 3);
  }

  @Test
  void noRankBeginsAnewIfAnotherFoundDamage() throws Exception {
    CrashDisk disk = new CrashDisk();
    Agreement anotherFoundDamage = mine -> Math.max(mine, 1); // and has no snapshot
    assertThatThrownBy(() -> builder(disk, 1).agreement(anotherFoundDamage).open(new Life(0)))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageStartingWith(
            "Another rank found snapshots of run 'training' that are damaged or cannot be read, and"
                + " no snapshot is whole on all ranks; alone, rank 1/3 does not train from the"
                + " beginning. What it found in crash disk: nothing.")
        .hasMessageContaining("The messages of the other ranks say more.");
  }

  @Test
  void whatIsLeftHalfWrittenMakesRoomForTheFirstSnapshot() throws Exception {
    CrashDisk disk = new CrashDisk();
    FileSet files = FileSet.on(disk.neighbour());
    String left =
        "training.step-000000000009.attempt-001.part-00001-of-00003.safetensors.sagemaker-ignore";
    files.write(left, new byte[100]);
    List<Boolean> isThere = new ArrayList<>();
    CheckpointEvents listener =
        new CheckpointEvents() {
          @Override
          public void captured(Captured event) {
            isThere.add(disk.snapshotOfFiles().containsKey(left));
          }

          @Override
          public void written(Written event) {
            isThere.add(disk.snapshotOfFiles().containsKey(left));
          }
        };
    try (Checkpointer checkpointer = builder(disk, 1).events(listener).open(new Life(0))) {
      checkpointer.afterStep(Progress.ofStep(1));
    }
    assertThat(isThere).containsExactly(true, false);
  }

  @Test
  void whatAnotherRankDoesNotHaveIsNotTakenForTheNewest() throws Exception {
    CrashDisk two = new CrashDisk();
    List<Life> states = List.of(new Life(1), new Life(1), new Life(1));
    List<Checkpointer> ranks = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      ranks.add(builder(two, rank).retention(RetentionPolicy.keepAll()).open(states.get(rank)));
    }
    for (long step = 1; step <= 2; step++) {
      for (int rank = 0; rank < RANKS; rank++) {
        save(1, step, states.get(rank), ranks.get(rank));
      }
    }
    ranks.forEach(Checkpointer::close);
    Agreement lacksTheSecond = mine -> mine < -1_000_001L - 1 ? -1_000_001L : mine;

    try (Checkpointer checkpointer = builder(two, 0).agreement(lacksTheSecond).open(new Life(0))) {
      assertThat(checkpointer.resumedFrom()).contains(new SnapshotId(1, 1));
    }

    assertThat(FileSet.on(two.neighbour()).names())
        .as("the one resumed from, and the one that others lack")
        .hasSize(12);
  }

  private CheckpointerBuilder single(CrashDisk disk) {
    return builder(disk, 0).rank(Rank.SINGLE);
  }

  @Test
  void aStepThatWasSkippedAsBusyIsSavedAtTheEnd() throws Exception {
    CrashDisk disk = new CrashDisk();
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    List<Long> skipped = new ArrayList<>();
    CheckpointEvents slow =
        new CheckpointEvents() {
          @Override
          public void committed(Committed event) {
            writing.countDown();
            try {
              goOn.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void skipped(Skipped event) {
            skipped.add(event.progress().step());
            goOn.countDown();
          }
        };
    try (Checkpointer checkpointer =
        single(disk)
            .whenBusy(WhenBusy.SKIP)
            .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(1), SavePolicy.atEnd()))
            .events(slow)
            .open(new LogisticRegression())) {
      checkpointer.afterStep(Progress.ofStep(1));
      assertThat(writing.await(20, TimeUnit.SECONDS)).isTrue();
      checkpointer.afterStep(Progress.ofStep(2));
      checkpointer.finish(Progress.ofStep(2));
    }

    assertThat(skipped).containsExactly(2L);
    assertThat(disk.snapshotOfFiles())
        .containsKey("training.step-000000000002.attempt-001.part-00000-of-00001.json");
  }

  @Test
  void theLastStateIsTriedAgainIfItCouldNotBeWritten() throws Exception {
    CrashDisk disk = new CrashDisk();
    List<SnapshotId> failed = new ArrayList<>();
    CheckpointEvents events =
        new CheckpointEvents() {
          @Override
          public void failed(Failed event) {
            failed.add(event.id());
          }
        };
    try (Checkpointer checkpointer =
        single(disk)
            .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(1), SavePolicy.atEnd()))
            .events(events)
            .open(new LogisticRegression())) {
      disk.failNext(CrashDisk.Operation.RENAME, new IOException("a passing fault"));
      checkpointer.afterStep(Progress.ofStep(1));
      checkpointer.finish(Progress.ofStep(1));
      assertThat(checkpointer.lastFailure()).isEmpty();
    }

    assertThat(failed).containsExactly(new SnapshotId(1, 1));
    assertThat(disk.snapshotOfFiles())
        .containsKey("training.step-000000000001.attempt-001.part-00000-of-00001.json");
  }

  @Test
  void aListenerThatThrowsAnErrorDoesNotEndTheWriter() throws Exception {
    CrashDisk disk = new CrashDisk();
    CheckpointEvents broken =
        new CheckpointEvents() {
          @Override
          public void committed(Committed event) {
            throw new AssertionError("listener");
          }

          @Override
          public void swept(Swept event) {
            throw new NoClassDefFoundError("listener");
          }
        };
    try (Checkpointer checkpointer = single(disk).events(broken).open(new LogisticRegression())) {
      for (int step = 1; step <= 5; step++) {
        checkpointer.afterStep(Progress.ofStep(step));
      }
      checkpointer.finish(Progress.ofStep(5));
      assertThat(checkpointer.lastFailure()).isEmpty();
    }

    assertThat(disk.snapshotOfFiles()).hasSize(2);
  }
}
