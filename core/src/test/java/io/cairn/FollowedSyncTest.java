// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.DType;
import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
import io.cairn.model.TensorSpec;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenTerminated;
import io.cairn.store.LocalStore;
import io.cairn.store.PendingFile;
import io.cairn.store.Store;
import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the markers of SageMaker's agent say is told, and its standing still is warned of. */
class FollowedSyncTest {
  private static final Duration STALL = Duration.ofMillis(400);
  private static final SnapshotId ONE = new SnapshotId(1, 1);
  private static final SnapshotId TWO = new SnapshotId(2, 1);

  @TempDir Path base;
  private final BlockingQueue<CheckpointEvents.Uploaded> uploaded = new LinkedBlockingQueue<>();
  private final BlockingQueue<CheckpointEvents.UploadStalled> stalled = new LinkedBlockingQueue<>();

  @BeforeEach
  void container() throws IOException {
    Files.createDirectories(base.resolve("input/config"));
    Files.writeString(
        base.resolve("input/config/checkpointconfig.json"),
        "{\"S3Uri\": \"s3://bucket/jobs/\", \"LocalPath\": \"" + base.resolve("synced") + "\"}");
  }

  private CheckpointerBuilder builder() {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base)
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(1))
        .syncStall(STALL)
        .events(
            new CheckpointEvents() {
              @Override
              public void uploaded(Uploaded event) {
                uploaded.add(event);
              }

              @Override
              public void uploadStalled(UploadStalled event) {
                stalled.add(event);
              }
            });
  }

  private static <T> T next(BlockingQueue<T> events) throws InterruptedException {
    T event = events.poll(60, TimeUnit.SECONDS);
    assertThat(event).as("an event within a minute").isNotNull();
    return event;
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> files = Files.list(base.resolve("synced"))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private void mark(long step, String kind, String marker) throws IOException {
    for (Path file : files(kind)) {
      if (file.toString().contains("step-%012d.".formatted(step))) {
        Files.createFile(Path.of(file + marker));
      }
    }
  }

  @Test
  void aSnapshotIsInS3WhenAllItsFilesAreMarkedAndAStallIsToldUntilSomethingMoves()
      throws Exception {
    Instant before = Instant.now();
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder().open(training)) {
      for (long step = 1; step <= 2; step++) {
        training.train();
        checkpointer.afterStep(Progress.ofStep(step));
      }
      CheckpointEvents.UploadStalled first = next(stalled);
      assertThat(first.oldest()).isEqualTo(ONE);
      assertThat(first.still()).isGreaterThanOrEqualTo(STALL);
      assertThat(first.newestInS3()).isEmpty();
      assertThat(checkpointer.uploadStatus().newest()).isEmpty();

      mark(1, ".safetensors", ".sagemaker-uploaded");
      CheckpointEvents.UploadStalled second = next(stalled);
      assertThat(second.newestInS3()).as("the manifest is not marked").isEmpty();

      mark(1, ".json", ".sagemaker-uploaded");
      CheckpointEvents.Uploaded event = next(uploaded);
      assertThat(event.id()).isEqualTo(ONE);
      assertThat(event.bytes()).isEqualTo(832);
      assertThat(event.duration()).isGreaterThanOrEqualTo(STALL);

      UploadStatus status = checkpointer.uploadStatus();
      assertThat(status.newest()).contains(ONE);
      assertThat(status.inS3Since()).containsOnlyKeys(ONE);
      assertThat(status.inS3Since().get(ONE)).isBetween(before, Instant.now());
      assertThat(status.age(status.inS3Since().get(ONE).plusSeconds(90)))
          .contains(Duration.ofSeconds(90));
      assertThat(status.waiting()).containsExactly(TWO);

      assertThat(next(stalled))
          .extracting(
              CheckpointEvents.UploadStalled::oldest, CheckpointEvents.UploadStalled::newestInS3)
          .containsExactly(TWO, Optional.of(ONE));
    }
    assertThat(uploaded).isEmpty();
    assertThat(files(".sagemaker-uploaded")).as("markers are not ours").hasSize(2);
  }

  @Test
  void whatArrivedIsSeenAtTheCloseAndKnownAtTheNextStart() throws Exception {
    LogisticRegression training = new LogisticRegression();
    Checkpointer checkpointer = builder().syncStall(Duration.ofHours(9)).open(training);
    checkpointer.afterStep(Progress.ofStep(1));
    checkpointer.finish(Progress.ofStep(1));
    mark(1, ".safetensors", ".sagemaker-uploaded");
    mark(1, ".json", ".sagemaker-uploaded");
    checkpointer.close();
    assertThat(uploaded).hasSize(1);
    uploaded.clear();

    Checkpointer second = builder().open(training);
    second.close();
    assertThat(second.uploadStatus().newest()).contains(ONE);
    assertThat(uploaded).as("it was told by the attempt that saved it").isEmpty();
  }

  @Test
  void aDamagedSnapshotIsNotTheNewestInS3() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer first = builder().retention(RetentionPolicy.keepAll()).open(training)) {
      for (long step = 1; step <= 2; step++) {
        first.afterStep(Progress.ofStep(step));
        first.finish(Progress.ofStep(step));
      }
    }
    for (long step = 1; step <= 2; step++) {
      mark(step, ".safetensors", ".sagemaker-uploaded");
      mark(step, ".json", ".sagemaker-uploaded");
    }
    Path newer = files(".safetensors").get(1);
    byte[] bytes = Files.readAllBytes(newer);
    bytes[bytes.length - 1] ^= 1;
    Files.write(newer, bytes);

    Checkpointer second = builder().open(training);
    second.close();
    assertThat(second.resumedFrom()).contains(ONE);
    assertThat(second.uploadStatus().newest()).contains(ONE);
  }

  @Test
  void anUploadWhoseBytesFlowDoesNotStandStill() throws Exception {
    int longs = 6 << 20; // ten pieces and more
    Map<TensorSpec, byte[]> tensors =
        Map.of(new TensorSpec("values", DType.I64, List.of((long) longs)), new byte[8 * longs]);
    Duration limit = Duration.ofSeconds(2);
    Store slow =
        new OtherStore(LocalStore.in(base.resolve("second"))) {
          @Override
          public PendingFile create(String name) throws IOException {
            return new SlowFile(super.create(name), limit.dividedBy(8));
          }
        };
    SampleRuns.save(
        builder().compression(CompressionPolicy.NONE).syncStall(limit).mirror(slow), tensors);
    assertThat(uploaded).hasSize(1);
    assertThat(uploaded.element().duration()).isGreaterThan(limit);
    assertThat(stalled).isEmpty();
  }

  /** Takes some time for each piece. */
  private record SlowFile(PendingFile file, Duration pause) implements PendingFile {
    @Override
    public void write(ByteBuffer source) throws IOException {
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      file.write(source);
    }

    @Override
    public void publish() throws IOException {
      file.publish();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @Test
  void whereSageMakerDoesNotUploadMarkersMeanNothing() throws Exception {
    Files.delete(base.resolve("input/config/checkpointconfig.json"));
    LogisticRegression training = new LogisticRegression();
    Checkpointer checkpointer = builder().folder(base.resolve("synced")).open(training);
    checkpointer.afterStep(Progress.ofStep(1));
    checkpointer.finish(Progress.ofStep(1));
    mark(1, ".safetensors", ".sagemaker-uploaded");
    mark(1, ".json", ".sagemaker-uploaded");
    checkpointer.close();

    assertThat(checkpointer.uploadStatus().inS3Since()).isEmpty();
    assertThat(uploaded).isEmpty();
    assertThat(stalled).isEmpty();
  }

  @Test
  void ownUploadsAreFollowedTheSameWay() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer =
        builder().mirror(LocalStore.in(base.resolve("second"))).open(training)) {
      checkpointer.afterStep(Progress.ofStep(1));
      checkpointer.finish(Progress.ofStep(1));
      assertThat(next(uploaded).id()).isEqualTo(ONE);
      assertThat(checkpointer.uploadStatus().newest()).contains(ONE);
      assertThat(checkpointer.uploadStatus().waiting()).isEmpty();
    }
    stalled.clear(); // of the first, if this machine was busy
    Path broken = base.resolve("broken");
    try (Checkpointer checkpointer =
        builder()
            .grace(Duration.ofMillis(1))
            .run("other")
            .mirror(LocalStore.in(broken))
            .open(training)) {
      Files.createFile(broken);
      checkpointer.afterStep(Progress.ofStep(2));
      assertThat(next(stalled).oldest()).isEqualTo(TWO);
    }
  }

  @Test
  void aStallIsALogLine() throws Exception {
    Files.writeString(
        base.resolve("input/config/hyperparameters.json"),
        "{\"checkpoint_every_steps\": \"1000\", \"checkpoint_sync_stall\": \"200ms\","
            + " \"checkpoint_every_epochs\": \"1\", \"checkpoint_every\": \"1ms\"}");
    try (ForkedJvm process =
        ForkedJvm.running(LogisticRegression.class)
            .arguments(base, 100_000, base.resolve("result"), 600_000)
            .property("org.slf4j.simpleLogger.log.io.cairn", "info")
            .start()) {
      assertThat(process.awaitLine("event=upload_stalled", Duration.ofSeconds(60)))
          .containsPattern(
              "cairn event=upload_stalled run=training step=1 attempt=1 still_ms=[0-9.]+"
                  + " in_s3=none hint=\"snapshots are saved but do not reach S3, and would be lost"
                  + " with the machine; look at the job's role, its network, and the bucket\"");
    }
  }
}
