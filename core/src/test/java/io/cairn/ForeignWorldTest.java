// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.ConfigurationException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Progress;
import io.cairn.model.Refusal;
import io.cairn.model.SnapshotId;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenTerminated;
import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with things in it that nobody asked for. */
class ForeignWorldTest {
  private static final String TEN = "training.step-000000000010.attempt-001.part-00000-of-00001";
  private static final String TWENTY = "training.step-000000000020.attempt-001.part-00000-of-00001";

  @TempDir Path base;
  private final List<Refusal> refusals = new ArrayList<>();

  private Path folder() {
    return base.resolve("checkpoints");
  }

  private CheckpointerBuilder builder() {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base)
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(10))
        .events(
            new CheckpointEvents() {
              @Override
              public void restored(Restored event) {
                refusals.clear();
                refusals.addAll(event.refusals());
              }
            });
  }

  private LogisticRegression train(CheckpointerBuilder builder, long until)
      throws CheckpointException {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder.open(training)) {
      for (long step = checkpointer.resumedAt().step(); step < until; ) {
        training.train();
        checkpointer.afterStep(Progress.ofStep(++step));
      }
    }
    return training;
  }

  private static LogisticRegression trained(long steps) {
    LogisticRegression training = new LogisticRegression();
    for (long i = 0; i < steps; i++) {
      training.train();
    }
    return training;
  }

  private Refusal assertFallsBackToTen() throws CheckpointException {
    LogisticRegression resumed = new LogisticRegression();
    try (Checkpointer checkpointer = builder().open(resumed)) {
      assertThat(checkpointer.resumedFrom()).contains(new SnapshotId(10, 1));
    }
    assertThat(resumed).hasToString(trained(10).toString());
    assertThat(refusals).hasSize(1);
    return refusals.get(0);
  }

  @Test
  void foreignFilesFoldersAndLinksInALoopDoNoHarm() throws Exception {
    Files.createDirectories(folder().resolve(TWENTY + ".json"));
    Files.createDirectories(folder().resolve("sub").resolve("deeper"));
    Files.writeString(folder().resolve("sub").resolve(TWENTY + ".json"), "{}");
    Files.createSymbolicLink(folder().resolve("loop"), folder().resolve("loop"));
    Files.createSymbolicLink(folder().resolve(TWENTY + ".safetensors"), Path.of("nowhere"));
    Files.createSymbolicLink(folder().resolve("up"), base);
    Files.writeString(folder().resolve("xgboost-checkpoint.7"), "x");
    Files.writeString(folder().resolve("a name\nin two lines"), "x");
    Files.writeString(
        folder().resolve("other.step-000000000099.attempt-009.part-00000-of-00001.json"), "x");

    train(builder().retention(RetentionPolicy.keepLast(1)), 10);

    assertThat(train(builder(), 10)).hasToString(trained(10).toString());
    assertThat(folder().resolve("loop")).isSymbolicLink();
    assertThat(folder().resolve("xgboost-checkpoint.7")).exists();
    assertThat(folder().resolve("a name\nin two lines")).exists();
    assertThat(folder().resolve("sub").resolve(TWENTY + ".json")).exists();
  }

  @Test
  void markersThatComeAndGoWhileListingDoNoHarm() throws Exception {
    train(builder(), 20);
    AtomicBoolean done = new AtomicBoolean();
    Thread agent =
        new Thread(
            () -> {
              try {
                while (!done.get()) {
                  for (String name : List.of(TEN, TWENTY)) {
                    for (String marker :
                        List.of(".json.sagemaker-uploading", ".safetensors.sagemaker-uploaded")) {
                      Files.writeString(folder().resolve(name + marker), "");
                    }
                    for (String marker :
                        List.of(".json.sagemaker-uploading", ".safetensors.sagemaker-uploaded")) {
                      Files.deleteIfExists(folder().resolve(name + marker));
                    }
                  }
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    agent.start();
    try {
      for (int i = 0; i < 100; i++) {
        try (Checkpointer checkpointer = builder().open(new LogisticRegression())) {
          assertThat(checkpointer.resumedAt().step()).isEqualTo(20);
        }
      }
    } finally {
      done.set(true);
      agent.join();
    }
  }

  @Test
  void aManifestOfAGigabyteIsRefusedUnread() throws Exception {
    train(builder(), 20);
    try (RandomAccessFile file =
        new RandomAccessFile(folder().resolve(TWENTY + ".json").toFile(), "rw")) {
      file.setLength(1L << 30);
    }

    Refusal refusal = assertFallsBackToTen();

    assertThat(refusal.isDamaged()).isTrue();
    assertThat(refusal.reason())
        .isEqualTo(
            "Manifest '"
                + TWENTY
                + ".json' has 1073741824 bytes, more than the 1048576 a manifest can have");
  }

  @Test
  void aDataFileOfATerabyteIsRefusedUnread() throws Exception {
    train(builder(), 20);
    try (RandomAccessFile file =
        new RandomAccessFile(folder().resolve(TWENTY + ".safetensors").toFile(), "rw")) {
      file.setLength(1L << 40);
    }

    assertThat(assertFallsBackToTen().reason())
        .contains("has 1099511627776 bytes, its manifest says");
  }

  /** Replaces the data of step 20, with a manifest that says it should be so. */
  private void replaceData(byte[] data) throws Exception {
    Path file = folder().resolve(TWENTY + ".safetensors");
    byte[] before = Files.readAllBytes(file);
    Files.write(file, data);
    Path manifest = folder().resolve(TWENTY + ".json");
    String text =
        Files.readString(manifest)
            .replace(": " + before.length + ",", ": " + data.length + ",")
            .replace(crc(before), crc(data));
    Files.write(manifest, signed(text));
  }

  private static String crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return "crc32c:" + HexFormat.of().toHexDigits((int) crc.getValue());
  }

  private static byte[] signed(String manifest) throws Exception {
    String body = manifest.substring(0, manifest.lastIndexOf("  \"digest\""));
    byte[] sha = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
    return (body + "  \"digest\": \"sha256:" + HexFormat.of().formatHex(sha) + "\"\n}\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aHeaderThatClaimsTooMuchIsRefusedThoughAllDigestsFit() throws Exception {
    train(builder(), 20);
    for (long claim : new long[] {1L << 60, -1, Long.MIN_VALUE, 1L << 31, 99_999_999}) {
      byte[] data = Files.readAllBytes(folder().resolve(TWENTY + ".safetensors"));
      ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(0, claim);
      replaceData(data);

      Refusal refusal = assertFallsBackToTen();
      assertThat(refusal.isDamaged()).isTrue();
      assertThat(refusal.reason())
          .startsWith(TWENTY + ".safetensors: the header claims to have ")
          .contains(Long.toUnsignedString(claim) + " bytes");
    }
  }

  @Test
  void aTensorThatClaimsTooMuchIsRefusedThoughAllDigestsFit() throws Exception {
    train(builder(), 20);
    byte[] intact = Files.readAllBytes(folder().resolve(TWENTY + ".safetensors"));
    for (String shape :
        List.of("[99]", "[-1]", "[1152921504606846976]", "[20,9223372036854775807]", "\"x\"")) {
      int header = (int) ByteBuffer.wrap(intact).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
      String json =
          new String(intact, 8, header, StandardCharsets.UTF_8).trim().replace("[20]", shape);
      byte[] changed = json.getBytes(StandardCharsets.UTF_8);
      ByteBuffer data = ByteBuffer.allocate(8 + changed.length + intact.length - 8 - header);
      data.order(ByteOrder.LITTLE_ENDIAN).putLong(changed.length).put(changed);
      data.put(intact, 8 + header, intact.length - 8 - header);
      replaceData(data.array());

      Refusal refusal = assertFallsBackToTen();
      assertThat(refusal.isDamaged()).isTrue();
      assertThat(refusal.reason()).as(shape).startsWith(TWENTY + ".safetensors: ");
    }
  }

  @Test
  void aNewerFormatIsNotTakenForDamage() throws Exception {
    train(builder(), 20);
    Path manifest = folder().resolve(TWENTY + ".json");
    Files.write(
        manifest, signed(Files.readString(manifest).replace("\"version\": 1", "\"version\": 7")));

    assertThatThrownBy(() -> train(builder(), 30))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining(TWENTY + ".json")
        .hasMessageContaining("version 7")
        .hasMessageEndingWith("a newer Cairn wrote it");
    assertThat(manifest).exists();
  }

  @Test
  void aFolderThatIsAFileIsSaid() throws Exception {
    Files.writeString(folder(), "");

    assertThatThrownBy(() -> train(builder(), 10))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("Could not list " + folder());
  }

  @Test
  void theHighestAttemptThereCanBeIsSaid() throws Exception {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve(TEN.replace("attempt-001", "attempt-999999") + ".json"), "");

    assertThatThrownBy(() -> train(builder(), 10))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has files of attempt 999999, the highest there can be")
        .hasMessageContaining("checkpoint_run");
  }

  @Test
  void anAttemptThatWasUsedIsRefused() throws Exception {
    train(builder().attempt(1), 20);

    assertThatThrownBy(() -> train(builder().attempt(1), 30))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "attempt 1 of run 'training' was used before: rank 0/1 has files of it")
        .hasMessageContaining("every start needs a higher checkpoint_attempt, or none");
    assertThat(train(builder().attempt(2), 30)).hasToString(trained(30).toString());
  }

  @Test
  void anAttemptThatLeftOnlyATemporaryFileCountsAndIsCleanedUp() throws Exception {
    Files.createDirectories(folder());
    Path left = folder().resolve(TEN + ".safetensors.sagemaker-ignore");
    Files.writeString(left, "half");

    train(builder(), 10);

    assertThat(left).doesNotExist();
    assertThat(folder().resolve(TEN.replace("attempt-001", "attempt-002") + ".json")).exists();
  }

  @Test
  void littleMemoryIsEnoughToRefuse() throws Exception {
    train(builder(), 20);
    try (RandomAccessFile file =
        new RandomAccessFile(folder().resolve(TWENTY + ".json").toFile(), "rw")) {
      file.setLength(1L << 30);
    }
    byte[] data = Files.readAllBytes(folder().resolve(TEN + ".safetensors"));
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 1L << 60);
    Files.write(folder().resolve(TEN + ".safetensors"), data);

    try (ForkedJvm process =
        ForkedJvm.running(LogisticRegression.class)
            .arguments(base, 30, base.resolve("result"), 0)
            .jvmArgument("-Xmx24m")
            .jvmArgument("-XX:MaxDirectMemorySize=8m")
            .start()) {
      assertThat(process.waitFor(Duration.ofSeconds(60))).isEqualTo(1);
      assertThat(process.lines())
          .anyMatch(line -> line.contains(CorruptSnapshotException.class.getName()))
          .anyMatch(line -> line.contains("step 20 attempt 1: Manifest"))
          .anyMatch(line -> line.contains("step 10 attempt 1: Data file"))
          .noneMatch(line -> line.contains("OutOfMemory"));
    }
  }

  @Test
  void tooLittleStagingMemoryIsAFailedSaveAndTheTrainingGoesOn() throws Exception {
    List<CheckpointEvents.Failed> failures = new ArrayList<>();
    LogisticRegression training =
        train(
            builder()
                .stagingLimitBytes(100)
                .events(
                    new CheckpointEvents() {
                      @Override
                      public void failed(Failed event) {
                        failures.add(event);
                      }
                    }),
            20);

    assertThat(training).hasToString(trained(20).toString());
    assertThat(failures)
        .hasSize(2)
        .allSatisfy(
            failed ->
                assertThat(failed.cause())
                    .hasMessageContaining("Could not capture the state at step")
                    .hasMessageContaining("more than the staging limit of 100"));
  }
}
