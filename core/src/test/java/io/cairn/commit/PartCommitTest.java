// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.format.Manifest;
import io.cairn.model.CommitFailedException;
import io.cairn.model.CommitUnknownException;
import io.cairn.model.Compression;
import io.cairn.model.SnapshotId;
import io.cairn.staging.StagedState;
import io.cairn.staging.TornStates;
import io.cairn.store.LocalStore;
import io.cairn.store.PendingFile;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.Repro;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PartCommitTest {
  private static final PartName OLD = Parts.single(10, 1);
  private static final PartName NEW = Parts.single(20, 1);

  private static CrashDisk holdingOld() throws IOException {
    CrashDisk disk = new CrashDisk();
    Parts.commit(new LocalStore(disk), OLD);
    return CrashDisk.holding(disk.snapshotOfFiles());
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void theManifestStatesWhatIsOnDisk(Compression how) throws Exception {
    CrashDisk disk = new CrashDisk();

    Manifest manifest = new PartCommit(new LocalStore(disk)).commit(Parts.image(NEW, how));

    assertThat(manifest.files())
        .singleElement()
        .satisfies(
            file -> {
              assertThat(file.name()).isEqualTo(NEW.data(how));
              assertThat(file.bytes()).isEqualTo(disk.snapshotOfFiles().get(NEW.data(how)).length);
            });
    assertThat(Parts.names(disk)).containsExactlyInAnyOrder(NEW.data(how), NEW.manifest());
    CrashDisk lost = disk.afterPowerLoss(Repro.random("committed"));
    assertThat(Parts.newest(new LocalStore(lost))).contains(NEW.id());
    disk.assertNoOpenFiles();
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void aFailureOfAnyOperationLeavesNothingOrIsUnknown(Compression how) throws Exception {
    CrashDisk counted = holdingOld();
    new PartCommit(new LocalStore(counted)).commit(Parts.image(NEW, how));
    Set<String> before = Parts.names(holdingOld());
    int last = counted.operations();
    for (int i = 1; i <= last; i++) {
      String what = counted.journal().get(i - 1);
      CrashDisk disk = holdingOld().failAt(i, new IOException("injected"));
      PartCommit commit = new PartCommit(new LocalStore(disk));
      Class<?> expected = i == last ? CommitUnknownException.class : CommitFailedException.class;

      assertThatThrownBy(() -> commit.commit(Parts.image(NEW, how)))
          .as(what)
          .isInstanceOf(expected)
          .hasMessageContaining("'" + NEW + "' in crash disk")
          .hasRootCauseMessage("injected")
          .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());

      if (i < last) {
        assertThat(Parts.names(disk)).as(what).isEqualTo(before);
      } else {
        assertThat(Parts.names(disk)).as(what).hasSize(4).containsAll(before);
        assertThat(Parts.newest(new LocalStore(disk))).contains(NEW.id());
      }
      disk.assertNoOpenFiles();
      Parts.commit(new LocalStore(disk), Parts.single(30, 1));
      assertThat(Parts.newest(new LocalStore(disk))).contains(new SnapshotId(30, 1));
    }
  }

  @Test
  void aFullDiskLeavesNothing() throws Exception {
    CrashDisk disk = holdingOld();
    long used = disk.snapshotOfFiles().values().stream().mapToLong(bytes -> bytes.length).sum();
    int size = disk.snapshotOfFiles().get(OLD.data(Compression.NONE)).length;
    for (int room : new int[] {0, 100, size, size + 100}) {
      disk.capacity(used + room);

      assertThatThrownBy(() -> Parts.commit(new LocalStore(disk), NEW))
          .isInstanceOf(CommitFailedException.class)
          .hasMessageContaining("No space left on device");

      assertThat(Parts.steps(disk)).containsExactly(10L);
      assertThat(Parts.names(disk)).hasSize(2);
    }
  }

  @Test
  void whoWritesThePartOfAnotherFailsAndThatOneStays() throws Exception {
    CrashDisk disk = new CrashDisk();
    LocalStore store = new LocalStore(disk);
    try (PendingFile writing = store.create(NEW.data(Compression.NONE))) {
      assertTaken(store);
      writing.write(ByteBuffer.wrap(new byte[] {1}));
    }
    Parts.commit(store, NEW);
    assertTaken(store);
    assertThat(Parts.newest(store)).contains(NEW.id());
    store.delete(NEW.manifest());
    assertTaken(store);
    assertThat(Parts.names(disk)).containsExactly(NEW.data(Compression.NONE));
  }

  private static void assertTaken(LocalStore store) {
    assertThatThrownBy(() -> Parts.commit(store, NEW))
        .isInstanceOf(CommitFailedException.class)
        .hasMessageContaining("Could not save snapshot part '" + NEW + "' in crash disk: ")
        .hasMessageContaining(
            ": it is there already: another process writes attempt 1 of rank 0, too")
        .hasMessageEndingWith("each training a run name of its own (checkpoint_run)");
  }

  @Test
  void aManifestThatCannotBeLeavesNothing() throws Exception {
    CrashDisk disk = holdingOld();
    PartImage fine = Parts.image(NEW);
    PartImage fromTheFuture =
        new PartImage(
            NEW,
            fine.progress(),
            fine.time(),
            fine.metrics(),
            fine.fingerprint(),
            Optional.of(new SnapshotId(30, 2)),
            Optional.empty(),
            fine.state());

    assertThatThrownBy(() -> new PartCommit(new LocalStore(disk)).commit(fromTheFuture))
        .isInstanceOf(CommitFailedException.class)
        .hasMessageContaining("'" + NEW + "' in crash disk: ");
    assertThat(Parts.names(disk)).hasSize(2);
  }

  @Test
  void whatCannotBeRemovedAfterAFailureIsSaidBesideIt() throws Exception {
    CrashDisk disk = holdingOld();
    disk.failNext(CrashDisk.Operation.RENAME, new IOException("injected"));
    disk.failNext(CrashDisk.Operation.DELETE, new IOException("not removed"));

    assertThatThrownBy(() -> Parts.commit(new LocalStore(disk), NEW))
        .isInstanceOf(CommitFailedException.class)
        .hasMessageEndingWith("in crash disk: injected")
        .hasRootCauseMessage("injected");
    assertThat(Parts.newest(new LocalStore(disk))).contains(OLD.id());
  }

  @Test
  void aTensorThatChangesBeforeItIsWrittenRefusesTheSnapshotAndIsNamed() throws Exception {
    CrashDisk disk = holdingOld();
    StagedState state = Parts.state(NEW);
    LocalStore changing = TornStates.changingWhenWritten(disk, state);

    assertThatThrownBy(
            () -> new PartCommit(changing).commit(Parts.image(NEW, Compression.NONE, state)))
        .isInstanceOf(CommitFailedException.class)
        .hasMessageContaining("tensor 'own/numbers' changed before they were written")
        .hasMessageContaining("The snapshot is not published");
    assertThat(Parts.names(disk)).hasSize(2);
    assertThat(Parts.newest(new LocalStore(disk))).contains(OLD.id());
  }
}
