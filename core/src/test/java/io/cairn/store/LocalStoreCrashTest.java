// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.testkit.StoreContract.bytes;
import static io.cairn.testkit.StoreContract.names;
import static io.cairn.testkit.StoreContract.publish;
import static io.cairn.testkit.StoreContract.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.CrashDisk.Operation;
import io.cairn.testkit.Crashes;
import io.cairn.testkit.Crashes.Aftermath;
import io.cairn.testkit.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LocalStoreCrashTest {
  private static final Map<String, byte[]> FILES =
      Map.of("a", bytes(300), "b", bytes(200), "c", bytes(0), "d", bytes(100));

  @Nested
  class OnACrashDisk extends StoreContract {
    private final CrashDisk disk = new CrashDisk();

    @Override
    protected Store store() {
      return new LocalStore(disk);
    }

    @AfterEach
    void everyFileIsClosed() {
      disk.assertNoOpenFiles();
    }
  }

  /** Which files must be there, and which must not, whatever happens. */
  private static final class Promises {
    final Set<String> kept = new HashSet<>();
    final Set<String> gone = new HashSet<>();
  }

  @Test
  void afterACrashAtAnyOperationAFileIsWholeOrAbsentAndPromisesHold() throws Exception {
    Crashes.afterEachOperation(
        Map.of(),
        Promises::new,
        LocalStoreCrashTest::publishAndDelete,
        LocalStoreCrashTest::assertPromisesHold);
  }

  @Test
  void afterAFailureOfAnyOperationAFileIsWholeOrAbsentAndPromisesHold() throws Exception {
    Crashes.failingEachOperation(
        Map.of(),
        Promises::new,
        LocalStoreCrashTest::publishAndDelete,
        LocalStoreCrashTest::assertPromisesHold);
  }

  private static void publishAndDelete(Disk disk, Promises promises) throws IOException {
    LocalStore store = new LocalStore(disk);
    publishInPieces(store, "a", promises);
    publishInPieces(store, "b", promises);
    promises.kept.remove("a");
    store.delete("a");
    publishInPieces(store, "c", promises);
    promises.gone.add("a");
    publishInPieces(store, "d", promises);
  }

  private static void publishInPieces(Store store, String name, Promises promises)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(FILES.get(name));
    try (PendingFile file = store.create(name)) {
      file.write(bytes.duplicate().limit(bytes.limit() / 2));
      file.write(bytes.duplicate().position(bytes.limit() / 2));
      file.publish();
    }
    promises.kept.add(name);
  }

  private static void assertPromisesHold(Aftermath<Promises> after) throws IOException {
    LocalStore store = new LocalStore(after.disk());
    assertThat(names(store)).containsAll(after.witness().kept);
    assertThat(names(store)).noneMatch(after.witness().gone::contains);
    for (String name : names(store)) {
      assertThat(read(store, name)).as(name).isEqualTo(FILES.get(name));
    }
    for (String name : store.abandoned()) {
      store.deleteAbandoned(name);
    }
    assertThat(after.disk().snapshotOfFiles().keySet()).isEqualTo(Set.copyOf(names(store)));
  }

  @Test
  void aFullDiskPublishesNothingAndLeavesNothing() throws Exception {
    CrashDisk disk = new CrashDisk().capacity(100);
    LocalStore store = new LocalStore(disk);
    publish(store, "a", bytes(60));
    assertThatThrownBy(() -> publish(store, "b", bytes(60)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
    assertThat(disk.snapshotOfFiles()).containsOnlyKeys("a");
    disk.assertNoOpenFiles();
    publish(store, "c", bytes(40));
    assertThat(names(store)).containsExactly("a", "c");
  }

  @Test
  void aFolderThatCannotBeForcedLeavesThePublicationUnknown() throws Exception {
    CrashDisk disk = new CrashDisk();
    disk.failNext(Operation.FORCE_FOLDER, new IOException("injected"));
    assertThatThrownBy(() -> publish(new LocalStore(disk), "a", bytes(1)))
        .isInstanceOf(PublishUnknownException.class)
        .hasMessageContaining("'a'")
        .hasRootCauseMessage("injected");
    assertThat(disk.snapshotOfFiles()).containsOnlyKeys("a");
  }

  @Test
  void aFileThatCannotBeForcedIsNotPublished() throws Exception {
    CrashDisk disk = new CrashDisk();
    disk.failNext(Operation.FORCE, new IOException("injected"));
    assertThatThrownBy(() -> publish(new LocalStore(disk), "a", bytes(1)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(PublishUnknownException.class)
        .hasMessage("injected");
    assertThat(disk.snapshotOfFiles()).isEmpty();
  }
}
