// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static io.cairn.testkit.StoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.Disk;
import io.cairn.testkit.CrashDisk.Operation;
import io.cairn.testkit.Crashes.Aftermath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The runner catches every way to publish a file that forgets something, and no right one. */
class CrashesTest {
  private static final byte[] BYTES = bytes(50);

  /** What a careless writer leaves out. */
  private enum Omission {
    FORCE,
    RENAME,
    FORCE_FOLDER,
    FORCE_BEFORE_RENAME,
    PATIENCE
  }

  @Test
  void aCarefulWriterPasses() throws Exception {
    crash(EnumSet.noneOf(Omission.class));
  }

  @Test
  void aWriterThatDoesNotForceTheFileIsCaught() {
    assertCaught(Omission.FORCE, "power loss");
  }

  @Test
  void aWriterThatForcesTheFileAfterItsRenameIsCaught() {
    assertCaught(Omission.FORCE_BEFORE_RENAME, "power loss");
  }

  @Test
  void aWriterThatDoesNotForceTheFolderIsCaught() {
    assertCaught(Omission.FORCE_FOLDER, "power loss");
  }

  @Test
  void aWriterThatWritesUnderTheFinalNameIsCaughtByAKill() {
    assertCaught(Omission.RENAME, "kill of the process");
  }

  @Test
  void aWriterThatAcknowledgesTooEarlyIsCaught() {
    assertCaught(Omission.PATIENCE, "kill of the process");
  }

  private static void assertCaught(Omission omission, String how) {
    assertThatThrownBy(() -> crash(EnumSet.of(omission)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(how)
        .hasMessageContaining("Crash ")
        .hasMessageContaining("new")
        .hasMessageContaining("this one alone: -Dtest.seed=" + Repro.seed())
        .hasMessageContaining("-Dcairn.test.crash=");
  }

  private static void crash(Set<Omission> omissions) throws Exception {
    Crashes.<List<String>>afterEachOperation(
        Map.of("old", bytes(3)),
        ArrayList::new,
        (disk, acknowledged) -> write(disk, acknowledged, omissions),
        CrashesTest::assertWholeOrAbsent);
  }

  private static void write(Disk disk, List<String> acknowledged, Set<Omission> omissions)
      throws IOException {
    String name = omissions.contains(Omission.RENAME) ? "new" : "temporary";
    if (omissions.contains(Omission.PATIENCE)) {
      acknowledged.add("new");
    }
    try (Disk.OpenFile file = disk.create(name)) {
      file.write(ByteBuffer.wrap(BYTES));
      boolean late = omissions.contains(Omission.FORCE_BEFORE_RENAME);
      if (late) {
        disk.rename(name, "new");
      }
      if (!omissions.contains(Omission.FORCE)) {
        file.force();
      }
      if (!late && !name.equals("new")) {
        disk.rename(name, "new");
      }
    }
    if (!omissions.contains(Omission.FORCE_FOLDER)) {
      disk.forceFolder();
    }
    acknowledged.add("new");
  }

  private static void assertWholeOrAbsent(Aftermath<List<String>> after) {
    Map<String, byte[]> files = after.disk().snapshotOfFiles();
    assertThat(files.keySet()).contains("old").containsAll(after.witness());
    assertThat(files.getOrDefault("new", BYTES)).isEqualTo(BYTES);
  }

  @Test
  void everyOperationAndBothHalvesOfAWriteAreCrashPoints() throws Exception {
    List<Integer> kills = new ArrayList<>();
    List<Integer> halves = new ArrayList<>();
    Crashes.afterEachOperation(
        disk -> write(disk, new ArrayList<>(), EnumSet.noneOf(Omission.class)),
        (disk, operation, description) -> {
          if (description.endsWith("kill of the process")) {
            kills.add(operation);
            disk.snapshotOfFiles().values().forEach(bytes -> halves.add(bytes.length));
          }
        });
    assertThat(kills).containsExactly(0, 1, 2, 2, 3, 4, 5);
    assertThat(halves).containsExactly(0, 50, 25, 50, 50, 50);
  }

  @Test
  void aScenarioThatFailsWithoutACrashFailsTheTest() {
    assertThatThrownBy(
            () -> Crashes.afterEachOperation(disk -> disk.open("x").close(), (d, i, s) -> {}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void aLeakedFileFailsTheTest() {
    assertThatThrownBy(() -> Crashes.afterEachOperation(CrashesTest::leak, (d, i, s) -> {}))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("created leaked");
  }

  @SuppressWarnings("resource")
  private static void leak(Disk disk) throws IOException {
    disk.create("leaked").force();
  }

  @Test
  void eachOperationIsFailedOnceAndTheDiskGoesOn() throws Exception {
    List<Integer> failed = new ArrayList<>();
    Crashes.<List<String>>failingEachOperation(
        Map.of(),
        ArrayList::new,
        (disk, acknowledged) -> write(disk, acknowledged, EnumSet.noneOf(Omission.class)),
        after -> {
          assertThat(after.thrown())
              .get()
              .extracting(Exception::getMessage)
              .asString()
              .contains("injected");
          assertThat(after.witness()).isEmpty();
          after.disk().create("alive").close();
          failed.add(after.operation());
        });
    assertThat(failed).containsExactly(1, 2, 3, 4, 5);
  }

  @Test
  void operationsAreNamedInWords() throws Exception {
    CrashDisk disk = new CrashDisk();
    write(disk, new ArrayList<>(), EnumSet.noneOf(Omission.class));
    assertThat(disk.journal())
        .containsExactly(
            "create temporary",
            "write 50 bytes to temporary",
            "force temporary",
            "rename temporary to new",
            "force the folder");
    assertThat(disk.kinds())
        .containsExactly(
            Operation.CREATE,
            Operation.WRITE,
            Operation.FORCE,
            Operation.RENAME,
            Operation.FORCE_FOLDER);
  }
}
