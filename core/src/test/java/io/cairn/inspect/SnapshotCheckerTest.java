// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.SampleRuns;
import io.cairn.commit.Catalog;
import io.cairn.commit.SnapshotChooser;
import io.cairn.format.Digest;
import io.cairn.format.FileEntry;
import io.cairn.format.Manifest;
import io.cairn.format.ManifestCodec;
import io.cairn.model.DType;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.TensorSpec;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.policy.CompressionPolicy;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.staging.Copiers;
import io.cairn.store.Disk;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.Damage;
import io.cairn.testkit.FileSet;
import io.cairn.testkit.UnreadableDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCheckerTest {
  private static final Map<TensorSpec, byte[]> TENSORS =
      Map.of(new TensorSpec("w", DType.U8, List.of(4L)), new byte[] {1, 2, 3, 4});

  @TempDir Path folder;

  private Store store() {
    return LocalStore.in(folder);
  }

  private List<SnapshotListing> snapshots() throws IOException {
    return SnapshotCatalog.read(store(), new SyncMarkers()).runs().stream()
        .flatMap(run -> run.newestFirst().stream())
        .toList();
  }

  private CheckReport check(boolean deep) throws Exception {
    return new SnapshotChecker(store(), deep, 2, bytes -> {}).check(snapshots());
  }

  private boolean wouldBeRestored() throws IOException {
    try {
      Catalog catalog = Catalog.read(store(), new RunName("bank"));
      return new SnapshotChooser(store(), catalog, new Copiers(1)).newest().isPresent();
    } catch (UnsupportedFormatException e) {
      return false;
    }
  }

  @Test
  void agreesWithRestoreWhateverIsDamaged() throws Exception {
    SampleRuns.save(folder, "bank", TENSORS);
    assertThat(check(true).isSound()).isTrue();
    int[] count = {0};

    Damage.of(FileSet.in(folder))
        .all()
        .filter(damage -> count[0]++ % 5 == 0)
        .forEach(
            damage ->
                damage.during(
                    () -> assertThat(check(false).isSound()).isEqualTo(wouldBeRestored())));
  }

  @Test
  void listingNeverFailsOnDamage() throws Exception {
    SampleRuns.save(folder, "bank", TENSORS);

    int[] count = {0};

    Damage.of(FileSet.in(folder))
        .all()
        .filter(damage -> count[0]++ % 3 == 0)
        .forEach(damage -> damage.during(this::snapshots));
  }

  @Test
  void namesTheDamagedTensor() throws Exception {
    SampleRuns.train(folder, "bank", 10, CompressionPolicy.NONE);
    Path data = file(".safetensors");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length - 1] ^= 1;
    Files.write(data, bytes);

    assertThat(check(false).snapshots().get(0).findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.DAMAGE, Finding.Kind.DAMAGE);
    assertThat(check(false).snapshots().get(0).findings().get(1).message())
        .startsWith("Tensor 'optimizer/velocity' in 'bank.step-000000000010");
  }

  /** Whoever wrote the file wrote its digest, too; only the tensor's own is wrong. */
  @Test
  void aDigestInTheHeaderThatIsNotTheTensorsIsFound() throws Exception {
    SampleRuns.save(folder, "bank", TENSORS);
    Path data = file(".safetensors");
    byte[] bytes = Files.readAllBytes(data);
    String header = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = header.indexOf("crc32c:") + "crc32c:".length();
    bytes[at] = (byte) (bytes[at] == '0' ? '1' : '0');
    Files.write(data, bytes);
    Path manifest = file(".json");
    Manifest before = ManifestCodec.decode(Files.readAllBytes(manifest), "x");
    FileEntry changed =
        new FileEntry(
            data.getFileName().toString(), bytes.length, Digest.of(ByteBuffer.wrap(bytes)));
    Files.write(manifest, ManifestCodec.encode(withFile(before, changed)));

    assertThat(wouldBeRestored()).isFalse();
    assertThat(check(false).snapshots().get(0).findings())
        .extracting(Finding::message)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("Data file '" + data.getFileName() + "' has digest crc32c:")
                    .contains(" by its header, its manifest says " + changed.digest()),
            second -> assertThat(second).startsWith("Tensor '").contains("its header says "));
  }

  private static Manifest withFile(Manifest before, FileEntry file) {
    return new Manifest(
        before.run(),
        before.id(),
        before.progress(),
        before.part(),
        before.parts(),
        before.time(),
        before.resumedFrom(),
        before.metrics(),
        before.fingerprint(),
        List.of(file));
  }

  @Test
  void whatCannotBeReadIsNotCalledDamaged() throws Exception {
    SampleRuns.save(folder, "bank", TENSORS);
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : FileSet.in(folder).names()) {
      files.put(name, FileSet.in(folder).read(name));
    }
    String data = file(".safetensors").getFileName().toString();
    Disk disk =
        new UnreadableDisk(
            CrashDisk.holding(files), data::equals, name -> new AccessDeniedException(name));
    Store denying = new LocalStore(disk);
    List<SnapshotListing> listed =
        SnapshotCatalog.read(denying, new SyncMarkers()).runs().get(0).newestFirst();

    CheckReport report = new SnapshotChecker(denying, true, 1, bytes -> {}).check(listed);

    assertThat(report.snapshots().get(0).findings())
        .containsExactly(
            new Finding(
                Finding.Kind.UNREADABLE,
                data,
                "'" + data + "' could not be read: java.nio.file.AccessDeniedException: " + data));
    assertThat(report.snapshots().get(0).isUnreadable()).isTrue();
  }

  @Test
  void tellsHowMuchItRead() throws Exception {
    SampleRuns.train(folder, "bank", 30, CompressionPolicy.FAST);
    AtomicLong read = new AtomicLong();

    CheckReport report = new SnapshotChecker(store(), false, 2, read::addAndGet).check(snapshots());

    assertThat(report.isSound()).isTrue();
    assertThat(report.snapshots().stream().mapToLong(SnapshotCheck::bytesRead).sum())
        .isEqualTo(snapshots().stream().mapToLong(SnapshotListing::bytes).sum());
    assertThat(read.get()).isPositive();
  }

  @Test
  void aSnapshotWithoutAPartIsIncompleteAndItsOtherPartsAreChecked() throws Exception {
    SampleRuns.save(folder, "bank", TENSORS, new Rank(0, 2), 7);
    SnapshotCheck check = check(true).snapshots().get(0);
    assertThat(check.isSound()).isFalse();
    assertThat(check.isDamaged()).isFalse();

    SampleRuns.save(folder, "bank", TENSORS, new Rank(1, 2), 8);

    assertThat(check(true).isSound()).isTrue();
  }

  @Test
  void deepComparesTheRanks() throws Exception {
    SampleRuns.save(folder, "bank", TENSORS, new Rank(0, 2), 7);
    SampleRuns.save(folder.resolve("other"), "bank", TENSORS, new Rank(1, 2), -8);
    for (String ending : List.of(".json", ".safetensors")) {
      String name = "bank.step-000000000010.attempt-001.part-00001-of-00002" + ending;
      Files.copy(folder.resolve("other").resolve(name), folder.resolve(name));
    }
    assertThat(check(false).isSound()).isTrue();

    assertThat(check(true).snapshots().get(0).findings())
        .singleElement()
        .hasToString(
            "Parts 0 and 1 are of different trainings: {kind=sample, world size=2} and"
                + " {kind=other, world size=2}");
  }

  private Path file(String ending) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }
}
