// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import static io.cairn.testkit.StoreContract.bytes;
import static io.cairn.testkit.StoreContract.names;
import static io.cairn.testkit.StoreContract.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.testkit.FileSet;
import io.cairn.testkit.OtherDisk;
import io.cairn.testkit.StoreContract;
import io.cairn.testkit.Tmpfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest {
  @TempDir Path parent;

  @Nested
  class OnARealFolder extends StoreContract {
    @Override
    protected Store store() {
      return LocalStore.in(folder());
    }

    @BeforeEach
    void putFilesAroundIt() throws IOException {
      Files.createDirectories(folder().resolve("sub"));
      Files.write(parent.resolve("a"), bytes(3));
      Files.write(parent.resolve("a" + LocalStore.TEMPORARY_SUFFIX), bytes(4));
    }

    @Override
    protected Object surroundings() throws IOException {
      try (Stream<Path> all = Files.walk(parent)) {
        return all.map(path -> path + " " + path.toFile().length()).sorted().toList();
      }
    }
  }

  @Test
  void theFirstFileCreatesTheFolderAndThoseAboveIt() throws Exception {
    Path deep = parent.resolve("x/y/z");
    LocalStore store = LocalStore.in(deep);
    assertThat(store.list()).isEmpty();
    assertThat(parent.resolve("x")).doesNotExist();
    publish(store, "a", bytes(1));
    assertThat(deep.resolve("a")).hasBinaryContent(bytes(1));
  }

  @Test
  void whileItIsWrittenAFileHasANameThatIsNotUploaded() throws Exception {
    try (PendingFile file = LocalStore.in(folder()).create("a.json")) {
      file.write(ByteBuffer.wrap(bytes(1)));
      assertThat(FileSet.in(folder()).names()).containsExactly("a.json.sagemaker-ignore");
      file.publish();
      assertThat(FileSet.in(folder()).names()).containsExactly("a.json");
    }
  }

  @Nested
  class Reusing extends StoreContract {
    @Override
    protected Store store() {
      return LocalStore.in(folder()).reusing();
    }
  }

  @Test
  void aFileIsWrittenOverTheOneThatWasRetired() throws Exception {
    for (int size : new int[] {5_000_000, 3_000_000, 8_000_000, 0}) {
      LocalStore store = LocalStore.in(folder()).reusing();
      publish(store, "old", bytes(5_000_000));
      Object inode = Files.getAttribute(folder().resolve("old"), "unix:ino");
      store.retire("old");
      assertThat(store.list()).isEmpty();

      publish(store, "new", bytes(size));

      assertThat(folder().resolve("new")).hasBinaryContent(bytes(size));
      assertThat(Files.getAttribute(folder().resolve("new"), "unix:ino")).isEqualTo(inode);
      assertThat(FileSet.in(folder()).names()).containsExactly("new");
      store.delete("new");
    }
  }

  @Test
  void bytesWithAnotherNameAreNotWrittenOver() throws Exception {
    LocalStore store = LocalStore.in(folder()).reusing();
    publish(store, "old", bytes(5000));
    Path link = Files.createLink(parent.resolve("link"), folder().resolve("old"));
    store.retire("old");
    publish(store, "new", new byte[3000]);
    assertThat(link).hasBinaryContent(bytes(5000));
  }

  @Test
  void oneFileIsKeptAndGivenBack() throws Exception {
    LocalStore store = LocalStore.in(folder()).reusing();
    publish(store, "a", bytes(10));
    publish(store, "b", bytes(10));
    store.retire("a");
    store.retire("b");
    assertThat(FileSet.in(folder()).names()).containsExactly("a.sagemaker-ignore");
    store.release();
    store.release();
    assertThat(FileSet.in(folder()).names()).isEmpty();
  }

  @Test
  void somebodyWhoTidiesUpDoesNoHarm() throws Exception {
    LocalStore store = LocalStore.in(folder()).reusing();
    publish(store, "a", bytes(10));
    store.retire("a");
    store.deleteAbandoned("a");
    publish(store, "b", bytes(20));
    assertThat(folder().resolve("b")).hasBinaryContent(bytes(20));
  }

  @Test
  void twoThatWriteAFileOfOneNameDoNotGetInEachOthersWay() throws Exception {
    LocalStore one = LocalStore.in(folder());
    LocalStore other = LocalStore.in(folder());
    try (PendingFile first = one.create("a")) {
      first.write(ByteBuffer.wrap(bytes(10)));
      assertThatThrownBy(() -> other.create("a").close())
          .isInstanceOf(FileAlreadyExistsException.class);
      first.publish();
    }
    try (PendingFile late = other.create("a")) {
      late.write(ByteBuffer.wrap(bytes(20)));
      assertThatThrownBy(late::publish).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(folder().resolve("a")).hasBinaryContent(bytes(10));
    assertThat(FileSet.in(folder()).names()).containsExactly("a");
  }

  /** As a second copy to one place does: the first seems to have been left behind. */
  @Test
  void aFileThatAnotherProcessBeganAnewIsNeitherPublishedNorTakenAway() throws Exception {
    LocalStore first = LocalStore.in(parent);
    LocalStore second = LocalStore.in(parent);
    PendingFile whole = first.create("a");
    whole.write(ByteBuffer.wrap(bytes(10)));
    second.deleteAbandoned("a");
    try (PendingFile half = second.create("a")) {
      half.write(ByteBuffer.wrap(bytes(4)));
      assertThatThrownBy(whole::publish)
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("a: It was not published: another process has deleted")
          .hasMessageContaining("Let only one process at a time write here");
      whole.close();
      assertThat(names(first)).isEmpty();
      half.write(ByteBuffer.wrap(bytes(3)));
      half.publish();
    }
    assertThat(parent.resolve("a")).hasSize(7);
  }

  @Test
  void aFailureNeitherForgetsTheRetiredFileNorLeavesTheNewOne() throws Exception {
    Disk real = new LocalDisk(folder());
    Set<String> failing = new HashSet<>();
    LocalStore store = new LocalStore(new FailingDisk(real, failing)).reusing();
    publish(store, "old", bytes(10));
    store.retire("old");

    failing.add("forceFolder");
    assertThatThrownBy(() -> store.create("new").close()).hasMessage("injected");
    failing.clear();
    failing.add("overwrite");
    assertThatThrownBy(() -> store.create("new").close()).hasMessage("injected");

    assertThat(FileSet.in(folder()).names()).isEmpty();
  }

  /** A disk of which some operations fail. */
  private static final class FailingDisk extends OtherDisk {
    private final Set<String> failing;

    FailingDisk(Disk disk, Set<String> failing) {
      super(disk);
      this.failing = failing;
    }

    private void begin(String operation) throws IOException {
      if (failing.contains(operation)) {
        throw new IOException("injected");
      }
    }

    @Override
    public OpenFile overwrite(String name) throws IOException {
      begin("overwrite");
      return super.overwrite(name);
    }

    @Override
    public void forceFolder() throws IOException {
      begin("forceFolder");
      super.forceFolder();
    }
  }

  @Test
  void temporaryFilesCannotBeReachedAsPublishedOnes() throws Exception {
    LocalStore store = LocalStore.in(folder());
    String temporary = "a" + LocalStore.TEMPORARY_SUFFIX;
    try (PendingFile file = store.create("a")) {
      file.write(ByteBuffer.wrap(bytes(1)));
      assertThatThrownBy(() -> store.open(temporary).close()).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> store.delete(temporary)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> store.create(temporary).close()).isInstanceOf(IOException.class);
      file.publish();
    }
    assertThat(names(store)).containsExactly("a");
  }

  @Test
  void foldersAreNoFiles() throws Exception {
    Files.createDirectories(folder().resolve(LocalStore.TEMPORARY_SUFFIX));
    Files.createDirectories(folder().resolve("sub"));
    LocalStore store = LocalStore.in(folder());
    publish(store, "a", bytes(1));
    assertThat(names(store)).containsExactly("a");
    assertThat(store.abandoned()).isEmpty();
  }

  @Test
  void aFolderThatIsAFileIsSaid() throws Exception {
    Files.write(folder(), bytes(1));
    assertThatThrownBy(() -> LocalStore.in(folder()).list())
        .isExactlyInstanceOf(FileSystemException.class)
        .hasMessageContaining(": it is no folder. Put a folder there, or choose another place");
    assertThatThrownBy(() -> LocalStore.in(folder()).create("a").close())
        .isExactlyInstanceOf(FileSystemException.class)
        .hasMessage(
            folder()
                + ": it is no folder. Put a folder there, or choose another place"
                + " (checkpoint_local_path)");
  }

  @Test
  void aFolderThatIsALinkToNowhereIsSaid() throws Exception {
    Path nowhere = folder().resolveSibling("nowhere");
    Files.createSymbolicLink(folder(), nowhere);
    String advice = ". Put a folder there, or choose another place (checkpoint_local_path)";

    assertThatThrownBy(() -> LocalStore.in(folder().resolve("run")).create("a").close())
        .isExactlyInstanceOf(FileSystemException.class)
        .hasMessage(folder() + ": it is a link to '" + nowhere + "', which is not there" + advice);
    Files.createFile(nowhere);
    assertThatThrownBy(() -> LocalStore.in(folder()).create("a").close())
        .hasMessage(folder() + ": it is a link to '" + nowhere + "', which is no folder" + advice);
    Files.delete(nowhere);
    Files.createDirectory(nowhere);
    publish(LocalStore.in(folder()), "a", bytes(1));
    assertThat(names(LocalStore.in(nowhere))).containsExactly("a");
  }

  @Test
  void listingSurvivesMarkersThatComeAndGo() throws Exception {
    LocalStore store = LocalStore.in(folder());
    List<String> published = List.of("a", "b", "c");
    for (String name : published) {
      publish(store, name, bytes(10));
    }
    CompletableFuture<Void> agent = CompletableFuture.runAsync(this::createAndDeleteMarkers);
    int listings = 0;
    while (!agent.isDone()) {
      List<String> names = names(store);
      assertThat(names).containsAll(published).noneMatch(name -> name.endsWith("-ignore"));
      listings++;
    }
    agent.get();
    assertThat(listings).isGreaterThan(10);
    assertThat(names(store)).isEqualTo(published);
  }

  private void createAndDeleteMarkers() {
    List<Path> markers =
        Stream.of("a.sagemaker-uploading", "b.sagemaker-uploaded", "c.sagemaker-ignore")
            .map(folder()::resolve)
            .toList();
    try {
      for (int i = 0; i < 5_000; i++) {
        for (Path marker : markers) {
          Files.createFile(marker);
        }
        for (Path marker : markers) {
          Files.delete(marker);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aReadOnlyFolderIsReadAndNotWritten() throws Exception {
    Files.createDirectory(folder());
    try (Tmpfs mounted = Tmpfs.mount(folder(), "1m")) {
      LocalStore store = LocalStore.in(folder());
      publish(store, "a", bytes(10));
      mounted.makeReadOnly();
      assertThatThrownBy(() -> publish(store, "b", bytes(10)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Read-only file system");
      assertThatThrownBy(() -> store.delete("a")).isInstanceOf(IOException.class);
      assertThat(StoreContract.read(store, "a")).isEqualTo(bytes(10));
      assertThat(FileSet.in(folder()).names()).containsExactly("a");
    }
  }

  @Test
  void aFullDiskPublishesNothingAndLeavesNothing() throws Exception {
    Files.createDirectory(folder());
    try (Tmpfs mounted = Tmpfs.mount(folder(), "1m")) {
      LocalStore store = LocalStore.in(folder());
      publish(store, "a", bytes(1000));
      assertThatThrownBy(() -> publish(store, "b", bytes(2_000_000)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left on device")
          .hasNoSuppressedExceptions();
      assertThat(FileSet.in(folder()).names()).as("files on %s", mounted).containsExactly("a");
      publish(store, "c", bytes(500_000));
      assertThat(names(store)).containsExactly("a", "c");
    }
  }

  private Path folder() {
    return parent.resolve("folder");
  }
}
