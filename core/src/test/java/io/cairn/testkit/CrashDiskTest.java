// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static io.cairn.testkit.StoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.Disk;
import io.cairn.store.ReadableFile;
import io.cairn.store.StoredFile;
import io.cairn.testkit.CrashDisk.Loss;
import io.cairn.testkit.CrashDisk.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class CrashDiskTest {
  private final CrashDisk disk = new CrashDisk();

  @Test
  void whatWasForcedSurvivesEveryPowerLoss() throws Exception {
    write("a", bytes(20), true);
    disk.forceFolder();
    assertThat(powerLosses(Loss.ANY_CHANGES)).containsExactly("a=whole");
  }

  @Test
  void unforcedBytesAreKeptLostCutZeroedOrFlipped() throws Exception {
    write("a", bytes(20), false);
    disk.forceFolder();
    assertThat(powerLosses(Loss.ANY_CHANGES))
        .containsExactlyInAnyOrder("a=whole", "a=0 bytes", "a=10 bytes", "a=zeroed", "a=damaged");
  }

  @Test
  void forcedBytesBeforeUnforcedOnesStay() throws Exception {
    try (Disk.OpenFile file = disk.create("a")) {
      file.write(ByteBuffer.wrap(bytes(8)));
      file.force();
      file.write(ByteBuffer.wrap(new byte[] {9, 9}));
    }
    disk.forceFolder();
    for (int i = 0; i < 200; i++) {
      byte[] left = disk.afterPowerLoss(new Random(i)).snapshotOfFiles().get("a");
      assertThat(Arrays.copyOf(left, 8)).as("seed %d", i).isEqualTo(bytes(8));
    }
  }

  @Test
  void anUnforcedNameMayBeLost() throws Exception {
    write("a", bytes(20), true);
    assertThat(powerLosses(Loss.ANY_CHANGES)).containsExactlyInAnyOrder("", "a=whole");
  }

  @Test
  void anUnforcedRenameMayBeLost() throws Exception {
    write("a", bytes(20), true);
    disk.forceFolder();
    disk.rename("a", "b");
    assertThat(powerLosses(Loss.ANY_CHANGES)).containsExactlyInAnyOrder("a=whole", "b=whole");
  }

  @Test
  void anUnforcedDeletionMayBeLost() throws Exception {
    write("a", bytes(20), true);
    disk.forceFolder();
    disk.delete("a");
    assertThat(powerLosses(Loss.ANY_CHANGES)).containsExactlyInAnyOrder("", "a=whole");
  }

  @Test
  void aJournalingDiskLosesTheNewestChangesAndTheHarshOneAny() throws Exception {
    write("a", bytes(20), true);
    write("b", bytes(20), true);
    assertThat(powerLosses(Loss.NEWEST_CHANGES))
        .containsExactlyInAnyOrder("", "a=whole", "a=whole b=whole");
    assertThat(powerLosses(Loss.ANY_CHANGES))
        .containsExactlyInAnyOrder("", "a=whole", "b=whole", "a=whole b=whole");
  }

  @Test
  void aFileThatReplacesAForcedOneMayBeTheOldOneAfterwards() throws Exception {
    write("a", bytes(20), true);
    disk.forceFolder();
    disk.neighbour().create("a").close();
    assertThat(powerLosses(Loss.ANY_CHANGES)).containsExactlyInAnyOrder("a=0 bytes", "a=whole");
  }

  @Test
  void aKillOfTheProcessLosesNothingAndMakesNothingDurable() throws Exception {
    write("a", bytes(20), true);
    CrashDisk next = disk.restart();
    assertThat(next.snapshotOfFiles()).containsOnlyKeys("a");
    assertThat(powerLosses(next, Loss.ANY_CHANGES)).containsExactlyInAnyOrder("", "a=whole");
    next.forceFolder();
    assertThat(powerLosses(next, Loss.ANY_CHANGES)).containsExactly("a=whole");
    next.delete("a");
    assertThat(disk.snapshotOfFiles()).as("the killed one").containsOnlyKeys("a");
  }

  @Test
  void aFailedForceIsNotMadeUpForByALaterOne() throws Exception {
    disk.failNext(Operation.FORCE, new IOException("injected"));
    try (Disk.OpenFile file = disk.create("a")) {
      file.write(ByteBuffer.wrap(bytes(20)));
      assertThatThrownBy(file::force).hasMessage("injected");
      file.force();
    }
    disk.forceFolder();
    assertThat(powerLosses(Loss.ANY_CHANGES)).contains("a=0 bytes");
  }

  @Test
  void afterItsCrashEveryOperationFails() throws Exception {
    write("a", bytes(20), true);
    ReadableFile reader = disk.open("a");
    Disk.OpenFile writer = disk.create("b");
    disk.crashAfter(disk.operations());
    assertThatThrownBy(() -> disk.delete("a")).isInstanceOf(CrashedException.class);
    assertThat(disk.crashed()).isTrue();
    List<Damage.Check> all =
        List.of(
            disk::list,
            () -> disk.open("a").close(),
            () -> disk.create("c").close(),
            () -> disk.rename("a", "c"),
            () -> disk.delete("a"),
            disk::forceFolder,
            () -> reader.read(0, ByteBuffer.allocate(1)),
            () -> writer.write(ByteBuffer.allocate(1)),
            writer::force);
    for (Damage.Check operation : all) {
      assertThatThrownBy(operation::run).isInstanceOf(CrashedException.class);
    }
    reader.close();
    writer.close();
    assertThat(disk.snapshotOfFiles()).containsOnlyKeys("a", "b");
  }

  @Test
  void aFileIsClosedOnceItIsClosed() throws Exception {
    Disk.OpenFile file = disk.create("a");
    assertThatThrownBy(disk::assertNoOpenFiles)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("created a")
        .hasStackTraceContaining("CrashDiskTest");
    file.close();
    assertThatCode(disk::assertNoOpenFiles).doesNotThrowAnyException();
    assertThatThrownBy(file::force).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aDeletedFileCanBeReadToItsEnd() throws Exception {
    write("a", bytes(20), true);
    try (ReadableFile file = disk.open("a")) {
      disk.delete("a");
      ByteBuffer target = ByteBuffer.allocate(20);
      file.readFully(0, target);
      assertThat(target.array()).isEqualTo(bytes(20));
    }
    assertThatThrownBy(() -> disk.open("a").close()).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFullDiskTakesWhatFits() throws Exception {
    disk.capacity(15);
    try (Disk.OpenFile file = disk.create("a")) {
      assertThatThrownBy(() -> file.write(ByteBuffer.wrap(bytes(20))))
          .hasMessageContaining("No space left on device");
    }
    assertThat(disk.snapshotOfFiles().get("a")).hasSize(15);
  }

  @Test
  void aNeighbourIsNeitherCountedNorMadeToFail() throws Exception {
    disk.failNext(Operation.CREATE, new IOException("injected")).crashAfter(0);
    FileSet.on(disk.neighbour()).write("marker", new byte[0]);
    assertThat(disk.operations()).isZero();
    assertThat(disk.snapshotOfFiles()).containsOnlyKeys("marker");
  }

  @Test
  void listingsComeInNoOrder() throws Exception {
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < 50; i++) {
      files.put("file-" + (100 + i), new byte[i]);
    }
    List<String> listed = CrashDisk.holding(files).list().stream().map(StoredFile::name).toList();
    assertThat(listed).hasSameElementsAs(files.keySet()).isNotEqualTo(List.copyOf(files.keySet()));
  }

  private void write(String name, byte[] bytes, boolean force) throws IOException {
    try (Disk.OpenFile file = disk.create(name)) {
      file.write(ByteBuffer.wrap(bytes));
      if (force) {
        file.force();
      }
    }
  }

  private Set<String> powerLosses(Loss loss) throws Exception {
    return powerLosses(disk, loss);
  }

  private static Set<String> powerLosses(CrashDisk disk, Loss loss) throws Exception {
    Set<String> outcomes = new TreeSet<>();
    Choices.every(
        1000,
        choices -> outcomes.add(describe(disk.afterPowerLoss(loss, choices).snapshotOfFiles())));
    return outcomes;
  }

  private static String describe(SortedMap<String, byte[]> files) {
    return String.join(
        " ",
        files.entrySet().stream().map(f -> f.getKey() + "=" + describe(f.getValue())).toList());
  }

  private static String describe(byte[] bytes) {
    if (bytes.length < 20) {
      return bytes.length + " bytes";
    }
    if (Arrays.equals(bytes, bytes(20))) {
      return "whole";
    }
    return Arrays.equals(bytes, new byte[20]) ? "zeroed" : "damaged";
  }
}
