// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
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
import io.cairn.store.PendingFile;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import io.cairn.testkit.S3Server;
import io.cairn.testkit.StoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose snapshots are also in S3. */
class MirrorTest {
  private static S3Server server;

  @TempDir Path base;
  private String bucket;
  private Store s3;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @BeforeEach
  void place() throws Exception {
    bucket = server.newBucket();
    s3 = server.store("s3://" + bucket + "/jobs/bank");
  }

  private CheckpointerBuilder builder(Path folder, Store mirror) {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base.resolve("no-base"))
        .folder(folder)
        .mirror(mirror)
        .run("bank")
        .grace(Duration.ofSeconds(20))
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(10))
        .retention(RetentionPolicy.keepLast(2));
  }

  /** Trains and says where it began. */
  private static Progress train(CheckpointerBuilder builder, long until)
      throws CheckpointException {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder.open(training)) {
      for (long step = checkpointer.resumedAt().step(); step < until; ) {
        training.train();
        step++;
        checkpointer.afterStep(Progress.ofStep(step), Map.of("loss", training.loss()));
      }
      checkpointer.finish(Progress.ofStep(until));
      return checkpointer.resumedAt();
    }
  }

  private static List<String> stems(List<String> names) {
    return names.stream()
        .map(name -> name.replaceAll("\\.part.*", ""))
        .distinct()
        .sorted()
        .toList();
  }

  private static String stem(int step, int attempt) {
    return "bank.step-%012d.attempt-%03d".formatted(step, attempt);
  }

  private static final class Seen implements CheckpointEvents {
    final List<SnapshotId> uploaded = Collections.synchronizedList(new ArrayList<>());
    final List<SnapshotId> fetched = new ArrayList<>();
    final List<String> failures = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void uploaded(Uploaded event) {
      assertThat(event.bytes()).isPositive();
      uploaded.add(event.id());
    }

    @Override
    public void fetched(Fetched event) {
      fetched.add(event.id());
    }

    @Override
    public void uploadFailed(IOException cause) {
      failures.add(cause.getMessage());
    }

    @Override
    public void fetchFailed(IOException cause) {
      failures.add(cause.getMessage());
    }

    @Override
    public void sweepFailed(IOException cause) {
      failures.add(cause.getMessage());
    }
  }

  @Test
  void whatIsSavedIsUploadedAndAnotherMachineGoesOnFromIt() throws Exception {
    Seen first = new Seen();
    train(builder(base.resolve("one"), s3).events(first), 40);
    assertThat(first.uploaded).endsWith(new SnapshotId(40, 1));
    assertThat(first.failures).isEmpty();
    assertThat(stems(StoreContract.names(s3))).contains(stem(40, 1)).hasSizeLessThanOrEqualTo(2);

    Seen second = new Seen();
    Progress from = train(builder(base.resolve("two"), s3).events(second), 60);
    assertThat(from.step()).isEqualTo(40);
    assertThat(second.fetched).containsExactly(new SnapshotId(40, 1));
    assertThat(second.uploaded).endsWith(new SnapshotId(60, 2));
    try (Stream<Path> files = Files.list(base.resolve("two"))) {
      assertThat(files).noneMatch(file -> file.toString().endsWith(".sagemaker-ignore"));
    }
  }

  @Test
  void onlyListingsAndTheNewestSnapshotsFilesAreRead() throws Exception {
    train(builder(base.resolve("one"), s3).retention(RetentionPolicy.keepLast(3)), 30);
    List<String> opened = Collections.synchronizedList(new ArrayList<>());
    Store watched =
        new OtherStore(s3) {
          @Override
          public ReadableFile open(String name) throws IOException {
            opened.add(name);
            return super.open(name);
          }
        };

    assertThat(train(builder(base.resolve("two"), watched), 30).step()).isEqualTo(30);
    assertThat(stems(opened)).containsExactly(stem(30, 1));
    assertThat(opened)
        .filteredOn(name -> name.endsWith(".safetensors"))
        .as("read once, to the folder")
        .hasSize(1);
  }

  @Test
  void theFolderIsUsedIfS3HasNothingNewer() throws Exception {
    train(builder(base.resolve("one"), s3), 20);
    Seen seen = new Seen();
    assertThat(train(builder(base.resolve("one"), s3).events(seen), 20).step()).isEqualTo(20);
    assertThat(seen.fetched).isEmpty();
    assertThat(seen.uploaded).isEmpty();
  }

  @Test
  void whatLiesInS3AtTheStartIsKnownToBeThere() throws Exception {
    train(builder(base.resolve("one"), s3), 20);
    for (String folder : List.of("one", "two")) {
      try (Checkpointer checkpointer =
          builder(base.resolve(folder), s3).open(new LogisticRegression())) {
        assertThat(checkpointer.uploadStatus().newest()).contains(new SnapshotId(20, 1));
        assertThat(checkpointer.uploadStatus().waiting()).isEmpty();
      }
    }
  }

  @Test
  void whatRetentionRemovesFromS3IsNotThere() throws Exception {
    train(builder(base.resolve("one"), s3), 20);
    LogisticRegression training = new LogisticRegression();
    CheckpointerBuilder second = builder(base.resolve("two"), s3);
    try (Checkpointer checkpointer = second.retention(RetentionPolicy.keepLast(1)).open(training)) {
      checkpointer.afterStep(Progress.ofStep(30));
      checkpointer.finish(Progress.ofStep(30));
      assertThat(checkpointer.uploadStatus().inS3Since()).containsOnlyKeys(new SnapshotId(30, 2));
    }
  }

  @Test
  void whatAnEarlierAttemptDidNotUploadIsUploadedFirst() throws Exception {
    train(builder(base.resolve("one"), LocalStore.in(base.resolve("elsewhere"))), 20);
    Seen seen = new Seen();
    train(builder(base.resolve("one"), s3).events(seen), 20);
    assertThat(seen.uploaded).containsExactly(new SnapshotId(20, 1));
    assertThat(stems(StoreContract.names(s3))).containsExactly(stem(20, 1));
  }

  @Test
  void aDamagedSnapshotInS3IsPassedOver() throws Exception {
    train(builder(base.resolve("one"), s3).retention(RetentionPolicy.keepAll()), 10);
    train(builder(base.resolve("one"), s3).retention(RetentionPolicy.keepAll()), 20);
    String data = stem(20, 2) + ".part-00000-of-00001.safetensors";
    byte[] bytes = StoreContract.read(s3, data);
    bytes[bytes.length - 1] ^= 1;
    s3.delete(data);
    StoreContract.publish(s3, data, bytes);
    Seen seen = new Seen();
    CheckpointerBuilder second = builder(base.resolve("two"), s3).events(seen);
    try (Checkpointer checkpointer = second.open(new LogisticRegression())) {
      assertThat(checkpointer.resumedAt().step()).isEqualTo(10);
      assertThat(checkpointer.uploadStatus().newest())
          .as("not the damaged one")
          .contains(new SnapshotId(10, 1));
    }
    assertThat(seen.fetched).containsExactly(new SnapshotId(10, 1));
    try (Stream<Path> files = Files.list(base.resolve("two"))) {
      assertThat(files).noneMatch(file -> file.toString().contains(stem(20, 2)));
    }
  }

  @Test
  void aDamagedFolderIsGoneAroundIfS3HasTheSameSnapshotWhole() throws Exception {
    train(builder(base.resolve("one"), s3), 20);
    Path data = base.resolve("one").resolve(stem(20, 1) + ".part-00000-of-00001.safetensors");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length - 1] ^= 1;
    Files.write(data, bytes);
    assertThat(train(builder(base.resolve("one"), s3), 20).step()).isEqualTo(20);
    assertThat(data).as("evidence").hasBinaryContent(bytes);
  }

  @Test
  void aFolderThatCannotTakeTheCopyIsGoneAround() throws Exception {
    train(builder(base.resolve("one"), s3), 20);
    Store full =
        new OtherStore(LocalStore.in(base.resolve("two"))) {
          @Override
          public PendingFile create(String name) throws IOException {
            if (name.contains(stem(20, 1))) {
              throw new IOException("No space left on device");
            }
            return super.create(name);
          }
        };
    Seen seen = new Seen();
    assertThat(train(builder(base, s3).store(full).events(seen), 30).step()).isEqualTo(20);
    assertThat(seen.failures)
        .singleElement()
        .asString()
        .startsWith("Could not copy snapshot ")
        .endsWith("it is read from there without a copy: No space left on device");
  }

  @Test
  void attemptsCountInBothPlaces() throws Exception {
    train(builder(base.resolve("one"), s3), 10);
    Seen seen = new Seen();
    train(builder(base.resolve("two"), s3).events(seen), 20);
    assertThat(seen.uploaded).endsWith(new SnapshotId(20, 2));
    assertThatThrownBy(() -> train(builder(base.resolve("three"), s3).attempt(2), 30))
        .hasMessageContaining("rank 0/1 has files of it in s3://" + bucket + "/jobs/bank/");
  }

  @Test
  void aPlaceThatCannotBeListedStopsTheStart() {
    Store broken =
        new OtherStore(s3) {
          @Override
          public List<StoredFile> list() throws IOException {
            throw new AccessDeniedException("s3://b/p/", null, "ListObjectsV2 is not allowed");
          }
        };
    assertThatThrownBy(() -> train(builder(base.resolve("one"), broken), 10))
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith("to look for snapshots: s3://b/p/: ListObjectsV2 is not allowed");
  }

  @Test
  void aRoleThatMayNotDeleteIsSaidOnce() throws Exception {
    Store keeps =
        new OtherStore(s3) {
          @Override
          public void delete(String name) throws IOException {
            throw new AccessDeniedException(name, null, "DeleteObject is not allowed");
          }
        };
    Seen seen = new Seen();
    for (int step = 10; step <= 50; step += 10) {
      seen.failures.clear();
      train(builder(base.resolve("one"), keeps).events(seen), step);
    }
    assertThat(stems(StoreContract.names(s3))).hasSize(5);
    assertThat(seen.failures)
        .singleElement()
        .asString()
        .contains("DeleteObject is not allowed; nothing more is deleted there by this training");
  }

  @Test
  void aRoleThatMayNotAbortUploadsMayStillDelete() throws Exception {
    train(builder(base.resolve("one"), s3), 20);
    String unfinished = stem(10, 1) + ".part-00000-of-00001.safetensors";
    Store keepsUploads =
        new OtherStore(s3) {
          @Override
          public List<String> abandoned() {
            return List.of(unfinished);
          }

          @Override
          public void deleteAbandoned(String name) throws IOException {
            throw new AccessDeniedException(name, null, "AbortMultipartUpload is not allowed");
          }
        };
    Seen seen = new Seen();
    CheckpointerBuilder second = builder(base.resolve("one"), keepsUploads).events(seen);
    train(second.retention(RetentionPolicy.keepLast(1)), 30);
    assertThat(seen.failures)
        .containsExactly(
            "In s3://"
                + bucket
                + "/jobs/bank/: "
                + unfinished
                + ": AbortMultipartUpload is not allowed; unfinished uploads of earlier attempts"
                + " stay there, a lifecycle rule of the bucket can remove them");
    assertThat(stems(StoreContract.names(s3))).containsExactly(stem(30, 2));
  }

  @Test
  void trainingDoesNotWaitForAnUploadThatHangs() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Store hanging =
        new OtherStore(s3) {
          @Override
          public PendingFile create(String name) throws IOException {
            await(release);
            return super.create(name);
          }
        };
    Seen seen = new Seen();
    LogisticRegression training = new LogisticRegression();
    CheckpointerBuilder builder = builder(base.resolve("one"), hanging).events(seen);
    try (Checkpointer checkpointer = builder.open(training)) {
      for (long step = 1; step <= 100; step++) {
        checkpointer.afterStep(Progress.ofStep(step));
      }
      assertThat(seen.uploaded).isEmpty();
      release.countDown();
      checkpointer.finish(Progress.ofStep(100));
      assertThat(seen.uploaded).endsWith(new SnapshotId(100, 1)).hasSizeLessThan(10);
    }
    assertThat(stems(StoreContract.names(s3))).contains(stem(100, 1));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anUploadThatNeverSucceedsIsGivenUpAndSaid() throws Exception {
    Store dead =
        new OtherStore(s3) {
          @Override
          public PendingFile create(String name) throws IOException {
            throw new IOException("no route");
          }
        };
    Seen seen = new Seen();
    train(builder(base.resolve("one"), dead).grace(Duration.ofMillis(700)).events(seen), 10);
    assertThat(seen.failures)
        .first()
        .asString()
        .matches("Could not upload '" + stem(10, 1) + ".*' to s3://.*: no route");
    assertThat(seen.failures)
        .filteredOn(failure -> failure.startsWith("Not uploaded"))
        .singleElement()
        .asString()
        .startsWith("Not uploaded to s3://" + bucket + "/jobs/bank/ when the training ended: ")
        .endsWith("'cairn push' brings it there");
    assertThat(train(builder(base.resolve("one"), s3), 10).step()).isEqualTo(10);
  }

  @Test
  void whatWasGivenUpAtTheEndIsLeftToWhoUploadsItNext() throws Exception {
    CountDownLatch trying = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Store withoutManifests =
        new OtherStore(s3) {
          @Override
          public PendingFile create(String name) throws IOException {
            if (name.endsWith(".json")) {
              trying.countDown();
              await(release);
              throw new IOException("timed out");
            }
            return super.create(name);
          }
        };
    CheckpointerBuilder builder = builder(base.resolve("one"), withoutManifests);
    Checkpointer checkpointer =
        builder.grace(Duration.ofMillis(100)).open(new LogisticRegression());
    try {
      checkpointer.afterStep(Progress.ofStep(10));
      await(trying);
      Thread.currentThread().interrupt(); // waits no longer than the grace
    } finally {
      checkpointer.close();
      assertThat(Thread.interrupted()).isTrue();
    }
    List<String> data = StoreContract.names(s3);
    assertThat(data).singleElement().asString().endsWith(".safetensors");
    release.countDown();
    awaitNoThread("cairn-uploader-bank");
    assertThat(StoreContract.names(s3)).isEqualTo(data);
  }

  private static void awaitNoThread(String name) throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals(name)) {
        thread.join();
      }
    }
  }

  @Test
  void aDamagedSnapshotInS3AloneIsNamedWithItsPlace() throws Exception {
    train(builder(base.resolve("one"), s3), 10);
    String data =
        StoreContract.names(s3).stream().filter(n -> n.endsWith(".safetensors")).findAny().get();
    s3.delete(data);
    try (PendingFile file = s3.create(data)) {
      file.write(ByteBuffer.allocate(100));
      file.publish();
    }
    Path folder = base.resolve("two");
    assertThatThrownBy(() -> train(builder(folder, s3), 20))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining(
            "of run 'bank' in " + folder + " and s3://" + bucket + "/jobs/bank/ can be used:");
  }

  @Test
  void whatWasGivenUpOnceDoesNotGiveUpWhatComesLater() throws Exception {
    AtomicBoolean dead = new AtomicBoolean(true);
    Store recovers =
        new OtherStore(s3) {
          @Override
          public PendingFile create(String name) throws IOException {
            if (dead.get()) {
              throw new IOException("no route");
            }
            pause(Duration.ofMillis(300));
            return super.create(name);
          }
        };
    Seen seen = new Seen();
    CheckpointerBuilder builder = builder(base.resolve("one"), recovers).events(seen);
    try (Checkpointer checkpointer =
        builder.grace(Duration.ofMillis(100)).open(new LogisticRegression())) {
      checkpointer.afterStep(Progress.ofStep(10));
      checkpointer.finish(Progress.ofStep(10));
      checkpointer.afterStep(Progress.ofStep(20));
      checkpointer.finish(Progress.ofStep(20));
      assertThat(seen.failures).filteredOn(failure -> failure.startsWith("Not")).hasSize(2);
      assertThat(seen.failures).last().asString().contains(stem(20, 1));
      dead.set(false);
      checkpointer.afterStep(Progress.ofStep(30));
      checkpointer.finish(Progress.ofStep(30));
      assertThat(seen.uploaded).endsWith(new SnapshotId(30, 1));
    }
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anUploadThatTheOtherPlaceLostIsTriedAgain() throws Exception {
    AtomicInteger lost = new AtomicInteger();
    Store forgets =
        new OtherStore(s3) {
          @Override
          public PendingFile create(String name) throws IOException {
            if (lost.incrementAndGet() == 1) {
              throw new NoSuchFileException("s3://b/p/" + name);
            }
            return super.create(name);
          }
        };
    Seen seen = new Seen();
    train(builder(base.resolve("one"), forgets).events(seen), 10);
    assertThat(seen.failures)
        .singleElement()
        .asString()
        .startsWith("Could not upload '" + stem(10, 1))
        .endsWith(".safetensors");
    assertThat(seen.uploaded).containsExactly(new SnapshotId(10, 1));
  }

  @Test
  void whatRetentionRemovedBeforeItsUploadIsNotMissed() throws Exception {
    Path folder = base.resolve("one");
    Store tooLate =
        new OtherStore(s3) {
          @Override
          public PendingFile create(String name) throws IOException {
            Files.delete(folder.resolve(name.replaceAll("\\.safetensors.*", ".json")));
            throw new NoSuchFileException(name);
          }
        };
    Seen seen = new Seen();
    train(builder(folder, tooLate).events(seen), 10);
    assertThat(seen.failures).isEmpty();
    assertThat(seen.uploaded).isEmpty();
  }

  @Test
  void anotherTrainingsPartIsNeverReplaced() throws Exception {
    Store elsewhere = LocalStore.in(base.resolve("elsewhere"));
    train(builder(base.resolve("one"), elsewhere), 10);
    Map<String, byte[]> theirs = new TreeMap<>();
    for (String name : StoreContract.names(elsewhere)) {
      theirs.put(name, StoreContract.read(elsewhere, name));
    }
    // Written behind the back of a training that found the place empty.
    Store late =
        new OtherStore(s3) {
          @Override
          public PendingFile create(String name) throws IOException {
            for (Map.Entry<String, byte[]> file : theirs.entrySet()) {
              StoreContract.publish(s3, file.getKey(), file.getValue());
            }
            return super.create(name);
          }
        };
    Seen seen = new Seen();
    train(builder(base.resolve("two"), late).events(seen), 10);
    assertThat(seen.uploaded).isEmpty();
    assertThat(seen.failures.get(0)).contains("there is one with other bytes");
    for (Map.Entry<String, byte[]> file : theirs.entrySet()) {
      assertThat(StoreContract.read(s3, file.getKey())).isEqualTo(file.getValue());
    }
  }

  @Test
  void severalRanksUploadAllTheirPartsAndRestoreFromS3() throws Exception {
    Rank[] ranks = {new Rank(0, 2), new Rank(1, 2)};
    for (Rank rank : ranks) {
      try (Checkpointer checkpointer = ranked(rank, 1).open(new Ranked(rank, 7))) {
        for (long step = 1; step <= 5; step++) {
          checkpointer.afterStep(Progress.ofStep(step));
        }
        checkpointer.finish(Progress.ofStep(5));
      }
    }
    assertThat(StoreContract.names(s3)).filteredOn(name -> name.startsWith(stem(5, 1))).hasSize(4);
    for (Rank rank : ranks) {
      Ranked state = new Ranked(rank, 0);
      Path empty = base.resolve("new" + rank.index());
      try (Checkpointer checkpointer = ranked(rank, 2).folder(empty).open(state)) {
        assertThat(checkpointer.resumedAt().step()).isEqualTo(5);
        assertThat(state.value).isEqualTo(7 + rank.index());
      }
    }
  }

  private CheckpointerBuilder ranked(Rank rank, int attempt) {
    return builder(base.resolve("rank" + rank.index()), s3)
        .rank(rank)
        .attempt(attempt)
        .savePolicy(SavePolicy.everySteps(1));
  }

  /** Holds a number of its own on every rank. */
  private static final class Ranked implements TrainingState {
    private long value;

    Ranked(Rank rank, long value) {
      this.value = value + rank.index();
    }

    @Override
    public Fingerprint fingerprint() {
      return Fingerprint.builder().identity("kind", "ranked").build();
    }

    @Override
    public Sharing sharing() {
      return Sharing.OWN_SECTIONS;
    }

    @Override
    public void capture(StateSink sink) {
      sink.section("model").value("same", 1L);
      sink.ownSection("rng").value("own", value);
    }

    @Override
    public void restore(StateSource source) throws CheckpointException {
      source.section("model").longValue("same");
      value = source.section("rng").longValue("own");
    }
  }

  /** S3 in place of the folder: no local copy at all. */
  @Test
  void aTrainingCanSaveToS3AndRestoreFromItDirectly() throws Exception {
    CheckpointerBuilder direct =
        Checkpointer.builder()
            .environment(Map.of())
            .baseFolder(base)
            .store(s3)
            .run("bank")
            .whenBusy(WhenBusy.WAIT)
            .savePolicy(SavePolicy.everySteps(10))
            .retention(RetentionPolicy.keepLast(2));
    train(direct, 40);
    assertThat(stems(StoreContract.names(s3))).containsExactly(stem(30, 1), stem(40, 1));
    assertThat(train(direct, 50).step()).isEqualTo(40);
    assertThat(base).isEmptyDirectory();
  }
}
