// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.store.PendingFile;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Store} promises. */
public abstract class StoreContract {

  /** A store of its own, each time on the same place, which is empty when a test starts. */
  protected abstract Store store() throws Exception;

  /** Whatever lies around the place and must not be touched, in a form that can be compared. */
  protected Object surroundings() throws Exception {
    return "";
  }

  /** Whether a file may have no bytes; else publishing one is refused and leaves nothing. */
  protected boolean takesEmptyFiles() {
    return true;
  }

  /** How much a writer that died must have written to leave a temporary file behind. */
  protected int bytesThatLeaveTraces() {
    return 10;
  }

  @Test
  void anEmptyPlaceHoldsNothing() throws Exception {
    assertThat(store().list()).isEmpty();
    assertThat(store().abandoned()).isEmpty();
  }

  @Test
  void publishMakesAFileVisibleWhole() throws Exception {
    byte[] bytes = bytes(1000);
    publish(store(), "a.json", bytes);
    assertThat(store().list()).containsExactly(new StoredFile("a.json", 1000));
    assertThat(read(store(), "a.json")).isEqualTo(bytes);
    assertThat(store().abandoned()).isEmpty();
  }

  @Test
  void nothingIsVisibleBeforePublish() throws Exception {
    try (PendingFile file = store().create("a")) {
      file.write(ByteBuffer.wrap(bytes(10)));
      assertThat(store().list()).isEmpty();
      assertThatThrownBy(() -> open(store(), "a")).isInstanceOf(NoSuchFileException.class);
      file.publish();
      assertThat(names(store())).containsExactly("a");
    }
    assertThat(names(store())).containsExactly("a");
  }

  @Test
  void closeWithoutPublishLeavesNothing() throws Exception {
    try (PendingFile file = store().create("a")) {
      file.write(ByteBuffer.wrap(bytes(10)));
    }
    assertThat(store().list()).isEmpty();
    assertThat(store().abandoned()).isEmpty();
  }

  @Test
  void aSecondCloseDoesNotTouchTheNextWriter() throws Exception {
    Store store = store();
    PendingFile first = store.create("a");
    first.close();
    try (PendingFile second = store.create("a")) {
      second.write(ByteBuffer.wrap(bytes(10)));
      first.close();
      second.publish();
    }
    assertThat(read(store(), "a")).isEqualTo(bytes(10));
  }

  @Test
  void aFileOfNoBytesIsAFileOrRefused() throws Exception {
    if (!takesEmptyFiles()) {
      assertThatThrownBy(() -> publish(store(), "empty", new byte[0]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("without bytes");
      assertThat(store().list()).isEmpty();
      return;
    }
    publish(store(), "empty", new byte[0]);
    assertThat(store().list()).containsExactly(new StoredFile("empty", 0));
    assertThat(read(store(), "empty")).isEmpty();
  }

  @Test
  void manyWritesOfAnySizeGiveTheirBytesInOrder() throws Exception {
    byte[] bytes = bytes(3_000_001);
    try (PendingFile file = store().create("large")) {
      for (int from = 0, count = 1; from < bytes.length; from += count, count = 3 * count + 1) {
        file.write(ByteBuffer.wrap(bytes, from, Math.min(count, bytes.length - from)));
      }
      file.publish();
    }
    assertThat(read(store(), "large")).isEqualTo(bytes);
  }

  @Test
  void directAndReadOnlyBuffersAreWrittenFromPositionToLimit() throws Exception {
    ByteBuffer direct = ByteBuffer.allocateDirect(8).put("..bytes.".getBytes(UTF_8));
    direct.position(2).limit(7);
    ByteBuffer readOnly = ByteBuffer.wrap("..bytes.".getBytes(UTF_8), 2, 5).asReadOnlyBuffer();
    try (PendingFile file = store().create("a")) {
      file.write(direct);
      file.write(readOnly);
      file.publish();
    }
    assertThat(direct.hasRemaining()).isFalse();
    assertThat(new String(read(store(), "a"), UTF_8)).isEqualTo("bytesbytes");
  }

  @Test
  void openOfAMissingFileSaysSo() {
    assertThatThrownBy(() -> open(store(), "missing")).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void readsEndWhereTheFileEnds() throws Exception {
    publish(store(), "a", bytes(10));
    try (ReadableFile file = store().open("a")) {
      assertThat(file.size()).isEqualTo(10);
      assertThat(file.read(10, ByteBuffer.allocate(1))).isEqualTo(-1);
      assertThat(file.read(3, ByteBuffer.allocate(100))).isBetween(1, 7);
      assertThatThrownBy(() -> file.readFully(8, ByteBuffer.allocate(3)))
          .isInstanceOf(EOFException.class);
    }
  }

  @Test
  void severalThreadsReadOneOpenFile() throws Exception {
    byte[] bytes = bytes(200_000);
    publish(store(), "a", bytes);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (ReadableFile file = store().open("a")) {
      List<Callable<ByteBuffer>> reads = new ArrayList<>();
      for (int from = 0; from < bytes.length; from += 1000) {
        int position = from;
        reads.add(() -> readFully(file, position, 1000));
      }
      List<Future<ByteBuffer>> results = threads.invokeAll(reads);
      for (int i = 0; i < results.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(ByteBuffer.wrap(bytes, i * 1000, 1000));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void severalThreadsPublishFilesOfTheirOwn() throws Exception {
    Store store = store();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        int number = i;
        writes.add(
            threads.submit(() -> publishUnchecked(store, "file-" + number, bytes(number + 1))));
      }
      for (Future<?> write : writes) {
        write.get();
      }
    } finally {
      threads.shutdownNow();
    }
    Map<String, Long> sizes = new TreeMap<>();
    store().list().forEach(file -> sizes.put(file.name(), file.bytes()));
    assertThat(sizes).hasSize(40).containsEntry("file-0", 1L).containsEntry("file-39", 40L);
  }

  @Test
  void deleteRemovesOneFileAndMayBeRepeated() throws Exception {
    publish(store(), "a", bytes(1));
    publish(store(), "ab", bytes(2));
    store().delete("a");
    store().delete("a");
    store().delete("never there");
    assertThat(names(store())).containsExactly("ab");
  }

  @Test
  void aDeadWritersFileIsAbandonedAndCanBeDeleted() throws Exception {
    publish(store(), "other", bytes(1));
    try (PendingFile file = store().create("a")) {
      file.write(ByteBuffer.wrap(bytes(bytesThatLeaveTraces())));
      assertThat(store().abandoned()).containsExactly("a");
      store().deleteAbandoned("other");
      store().deleteAbandoned("a");
      store().deleteAbandoned("a");
      assertThat(store().abandoned()).isEmpty();
    }
    assertThat(names(store())).containsExactly("other");
  }

  @Test
  void anAbandonedFileThatIsDeletedLeavesItsNameToTheNext() throws Exception {
    try (PendingFile dead = store().create("a")) {
      dead.write(ByteBuffer.wrap(bytes(bytesThatLeaveTraces())));
      store().deleteAbandoned("a");
      publish(store(), "a", bytes(10));
      assertThat(read(store(), "a")).isEqualTo(bytes(10));
    }
    assertThat(read(store(), "a")).isEqualTo(bytes(10));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "../a", "a/", "/a", "..\\a", "a\\b", "a\0b"})
  void aNameThatIsNoPlainFileNameIsRefused(String name) throws Exception {
    publish(store(), "a", bytes(1));
    Object before = surroundings();
    assertThatThrownBy(() -> open(store(), name)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store().create(name).close()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store().delete(name)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> store().deleteAbandoned(name)).isInstanceOf(IOException.class);
    assertThat(surroundings()).isEqualTo(before);
    assertThat(names(store())).containsExactly("a");
    assertThat(store().abandoned()).isEmpty();
  }

  /** Publishes a file. */
  public static void publish(Store store, String name, byte[] bytes) throws IOException {
    try (PendingFile file = store.create(name)) {
      file.write(ByteBuffer.wrap(bytes));
      file.publish();
    }
  }

  /** Reads a published file. */
  public static byte[] read(Store store, String name) throws IOException {
    try (ReadableFile file = store.open(name)) {
      return readFully(file, 0, Math.toIntExact(file.size())).array();
    }
  }

  /** The names of the published files. */
  public static List<String> names(Store store) throws IOException {
    return store.list().stream().map(StoredFile::name).sorted().toList();
  }

  /** Bytes that differ from their neighbours; the same for the same count. */
  public static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 31 + i / 251 + 1);
    }
    return bytes;
  }

  private static ByteBuffer readFully(ReadableFile file, long position, int count)
      throws IOException {
    ByteBuffer target = ByteBuffer.allocate(count);
    file.readFully(position, target);
    return target.flip();
  }

  private static void open(Store store, String name) throws IOException {
    store.open(name).close();
  }

  private static void publishUnchecked(Store store, String name, byte[] bytes) {
    try {
      publish(store, name, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
