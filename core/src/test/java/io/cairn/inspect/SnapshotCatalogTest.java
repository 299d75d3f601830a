// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.SampleRuns;
import io.cairn.inspect.SnapshotListing.Status;
import io.cairn.policy.RetentionPolicy;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.LocalStore;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.UnreadableDisk;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a snapshot whose manifest cannot be read. */
class SnapshotCatalogTest {
  @TempDir Path folder;

  @BeforeEach
  void train() throws Exception {
    SampleRuns.train(folder, "bank", 30);
  }

  private List<SnapshotListing> listed(Function<String, IOException> failure) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    LocalStore store =
        new LocalStore(
            new UnreadableDisk(
                CrashDisk.holding(files), SnapshotCatalogTest::isManifestOf20, failure));
    return SnapshotCatalog.read(store, new SyncMarkers()).runs().get(0).newestFirst();
  }

  private static boolean isManifestOf20(String name) {
    return name.contains("step-000000000020") && name.endsWith(".json");
  }

  @Test
  void oneThatVanishedIsLeftOut() throws Exception {
    assertThat(listed(NoSuchFileException::new))
        .extracting(snapshot -> snapshot.id().step() + " " + snapshot.status())
        .containsExactly("30 COMPLETE", "10 COMPLETE");
  }

  @Test
  void oneThatCannotBeReadIsNotCalledDamagedAndNotPruned() throws Exception {
    List<SnapshotListing> listed = listed(AccessDeniedException::new);

    assertThat(listed)
        .extracting(SnapshotListing::status)
        .containsExactly(Status.COMPLETE, Status.UNREADABLE, Status.COMPLETE);
    assertThat(listed.get(1).problem()).contains("cannot be read: java.nio.file.AccessDenied");
    RunListing run = new RunListing(listed.get(0).run(), listed);
    PrunePlan plan =
        PrunePlan.of(
            run,
            new PrunePlan.Checked(listed.get(0).id(), Set.of()),
            List.of(RetentionPolicy.keepLast(1)),
            Instant.now());
    assertThat(plan.newestFirst())
        .extracting(PrunePlan.Decision::keep)
        .containsExactly(true, true, false);
    assertThat(plan.newestFirst().get(1).reason()).isEqualTo("not readable: it may be sound");
  }
}
