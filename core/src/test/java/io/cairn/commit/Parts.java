// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.format.Manifest;
import io.cairn.model.Compression;
import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.policy.RetentionPolicy;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.staging.Copiers;
import io.cairn.staging.StagedState;
import io.cairn.staging.StagingBuffer;
import io.cairn.staging.StateCapture;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import io.cairn.testkit.CrashDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Small parts whose bytes say which snapshot and rank they are of. */
final class Parts {
  static final RunName RUN = new RunName("bank");
  static final Instant TIME = Instant.parse("2026-01-02T03:04:05.006Z");

  private Parts() {}

  static PartName name(long step, int attempt, int part, int parts) {
    return new PartName(RUN, new SnapshotId(step, attempt), part, parts);
  }

  static PartName single(long step, int attempt) {
    return name(step, attempt, 0, 1);
  }

  static PartImage image(PartName name) {
    return image(name, Compression.NONE);
  }

  static PartImage image(PartName name, Compression compression) {
    return image(name, compression, state(name));
  }

  static PartImage image(PartName name, Compression compression, StagedState state) {
    PartImage plain = plain(name, state);
    try {
      return compression == Compression.NONE ? plain : plain.compressed(state.planCompression());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PartImage plain(PartName name, StagedState state) {
    return new PartImage(
        name,
        Progress.ofStep(name.id().step()),
        TIME,
        Map.of("loss", 1.0 / (1 + name.id().step())),
        Fingerprint.NONE,
        Optional.empty(),
        Optional.empty(),
        state);
  }

  static StagedState state(PartName name) {
    try {
      StateCapture capture =
          new StateCapture(new Rank(name.part(), name.parts()), Sharing.OWN_SECTIONS);
      capture
          .ownSection("own")
          .tensor(new TensorSpec("numbers", DType.I64, List.of(4L)), TensorMemory.of(numbers(name)))
          .value("who", name.toString());
      return capture.copyInto(new StagingBuffer(1 << 20));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static long[] numbers(PartName name) {
    return new long[] {name.id().step(), name.id().attempt(), name.part(), name.parts()};
  }

  static Manifest commit(Store store, PartName name) throws IOException {
    return new PartCommit(store).commit(image(name));
  }

  static Sweeper sweeper(Store store, int attempt, RetentionPolicy policy) {
    return sweeper(store, Rank.SINGLE, attempt, policy, Set.of());
  }

  static Sweeper sweeper(
      Store store, Rank rank, int attempt, RetentionPolicy policy, Set<SnapshotId> refused) {
    return new Sweeper(store, RUN, rank, attempt, policy, new SyncMarkers(), refused);
  }

  /** The newest whole snapshot, if every part of it says that it is of it. */
  static Optional<SnapshotId> newest(Store store) throws IOException {
    return newest(new SnapshotChooser(store, Catalog.read(store, RUN), new Copiers(1)));
  }

  static Optional<SnapshotId> newest(SnapshotChooser chooser) throws IOException {
    Optional<VerifiedSnapshot> snapshot = chooser.newest();
    if (snapshot.isPresent()) {
      assertOwnBytes(snapshot.get());
    }
    return snapshot.map(VerifiedSnapshot::id);
  }

  static void assertOwnBytes(VerifiedSnapshot snapshot) throws IOException {
    for (int part = 0; part < snapshot.partCount(); part++) {
      PartName expected =
          name(snapshot.id().step(), snapshot.id().attempt(), part, snapshot.partCount());
      try (OpenPart open = snapshot.openPart(new Rank(part, snapshot.partCount()))) {
        assertThat(open.part().header().part()).isEqualTo(expected.stem());
        assertThat(open.part().header().sections().get("own").values())
            .containsEntry("who", expected.toString());
      }
    }
  }

  /** The names in a store, published and temporary. */
  static Set<String> names(CrashDisk disk) {
    return new TreeSet<>(disk.snapshotOfFiles().keySet());
  }

  /** The steps of which the disk has a manifest. */
  static List<Long> steps(CrashDisk disk) throws IOException {
    return new LocalStore(disk)
        .list().stream()
            .map(file -> PartName.parse(file.name()))
            .flatMap(Optional::stream)
            .filter(file -> file.kind() == PartName.Kind.MANIFEST)
            .map(file -> file.part().id().step())
            .sorted()
            .collect(Collectors.toList());
  }
}
