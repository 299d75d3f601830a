// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.Agreement;
import io.cairn.model.Compression;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Refusal;
import io.cairn.model.SnapshotId;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.staging.Copiers;
import io.cairn.store.LocalStore;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.FileSet;
import io.cairn.testkit.Repro;
import io.cairn.testkit.UnreadableDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SnapshotChooserTest {
  private final CrashDisk disk = new CrashDisk();
  private final LocalStore store = new LocalStore(disk);
  private final FileSet files = FileSet.on(disk.neighbour());

  private SnapshotChooser chooser() throws IOException {
    return new SnapshotChooser(store, Catalog.read(store, Parts.RUN), new Copiers(1));
  }

  @Test
  void anEmptyStoreHasNone() throws Exception {
    SnapshotChooser chooser = chooser();

    assertThat(chooser.newest()).isEmpty();
    assertThat(chooser.refusals()).isEmpty();
  }

  @Test
  void saysForEachRefusedCandidateWhy() throws Exception {
    for (long step = 10; step <= 50; step += 10) {
      Parts.commit(store, Parts.single(step, 1));
    }
    files.delete(Parts.single(50, 1).data(Compression.NONE));
    files.delete(Parts.single(40, 1).manifest());
    files.write(Parts.single(30, 1).manifest(), new byte[3]);
    String data = Parts.single(20, 1).data(Compression.NONE);
    files.write(data, new byte[7]);
    SnapshotChooser chooser = chooser();

    assertThat(Parts.newest(chooser)).contains(new SnapshotId(10, 1));
    assertThat(chooser.refusals())
        .extracting(Refusal::isDamaged)
        .containsExactly(false, false, true, true);
    assertThat(chooser.refusals().get(0))
        .hasToString("step 50 attempt 1: incomplete: 1 of 1 data files missing (part 0)");
    assertThat(chooser.refusals().get(1))
        .hasToString("step 40 attempt 1: incomplete: 1 of 1 manifests missing (part 0)");
    assertThat(chooser.refusals().get(2).reason())
        .contains("step-000000000030")
        .contains("a manifest has")
        .contains("found 3");
    assertThat(chooser.refusals().get(3).reason())
        .startsWith("Data file '" + data + "' has 7 bytes, its manifest says ")
        .endsWith("it was cut or replaced");
    disk.assertNoOpenFiles();
  }

  @Test
  void whatCannotBeReadIsNotCalledDamaged() throws Exception {
    Parts.commit(store, Parts.single(10, 1));
    Parts.commit(store, Parts.single(20, 1));
    Parts.commit(store, Parts.single(30, 1));
    String manifest = Parts.single(30, 1).manifest();
    String data = Parts.single(20, 1).data(Compression.NONE);
    LocalStore denying =
        new LocalStore(
            new UnreadableDisk(
                disk, Set.of(manifest, data)::contains, name -> new AccessDeniedException(name)));
    SnapshotChooser chooser =
        new SnapshotChooser(denying, Catalog.read(denying, Parts.RUN), new Copiers(1));

    assertThat(Parts.newest(chooser)).contains(new SnapshotId(10, 1));
    assertThat(chooser.refusals())
        .containsExactly(
            new Refusal(
                new SnapshotId(30, 1),
                "'"
                    + manifest
                    + "' could not be read: java.nio.file.AccessDeniedException: "
                    + manifest,
                Refusal.Kind.UNREAD),
            new Refusal(
                new SnapshotId(20, 1),
                "'" + data + "' could not be read: java.nio.file.AccessDeniedException: " + data,
                Refusal.Kind.UNREAD));
    disk.assertNoOpenFiles();
  }

  /** Not even if its name begins with what it says. */
  @Test
  void aDataFileThatSaysItIsOfAnotherPartIsRefused() throws Exception {
    PartName part = Parts.single(10, 1);
    Parts.commit(store, part);
    String data = part.data(Compression.NONE);
    String text = new String(files.read(data), StandardCharsets.ISO_8859_1);
    int end = text.lastIndexOf('}') + 1;
    String header = text.substring(8, end).replace('"' + part.stem() + '"', "\"bank\"");
    String padded = header + " ".repeat(end - 8 - header.length());
    String changed = text.substring(0, 8) + padded + text.substring(end);
    files.write(data, changed.getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> OpenPart.open(store, data))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage("Data file '" + data + "' says it is of 'bank'; a file was renamed or swapped");
  }

  @Test
  void aRenamedPartIsFound() throws Exception {
    Parts.commit(store, Parts.single(10, 1));
    for (String name : Set.copyOf(files.names())) {
      files.write(name.replace("step-000000000010", "step-000000000099"), files.read(name));
    }
    SnapshotChooser chooser = chooser();

    assertThat(Parts.newest(chooser)).contains(new SnapshotId(10, 1));
    assertThat(chooser.refusals())
        .singleElement()
        .extracting(Refusal::reason)
        .asString()
        .contains("step-000000000099")
        .contains("says it is of '" + Parts.single(10, 1) + "'; a file was renamed or swapped");
  }

  @Test
  void aManifestThatNamesOtherFilesIsRefused() throws Exception {
    for (String name :
        List.of(
            "../../etc/passwd", "..", "/etc/passwd", Parts.single(10, 1).data(Compression.NONE))) {
      PartName part = Parts.single(20, 1);
      Parts.commit(store, Parts.single(10, 1));
      Parts.commit(store, part);
      String manifest = new String(files.read(part.manifest()), StandardCharsets.UTF_8);
      files.write(part.manifest(), signed(manifest.replace(part.data(Compression.NONE), name)));
      SnapshotChooser chooser = chooser();

      assertThat(Parts.newest(chooser)).contains(new SnapshotId(10, 1));
      assertThat(chooser.refusals())
          .singleElement()
          .satisfies(
              refusal -> {
                assertThat(refusal.isDamaged()).isTrue();
                assertThat(refusal.reason()).contains(part.manifest());
              });
      for (String file : files.names()) {
        files.delete(file);
      }
    }
  }

  @Test
  void aNewerFormatIsSaidAndNotWalkedPast() throws Exception {
    Parts.commit(store, Parts.single(10, 1));
    PartName part = Parts.single(20, 1);
    Parts.commit(store, part);
    String manifest = new String(files.read(part.manifest()), StandardCharsets.UTF_8);
    files.write(part.manifest(), signed(manifest.replace("\"version\": 1", "\"version\": 2")));

    assertThatThrownBy(() -> chooser().newest())
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining(part.manifest())
        .hasMessageContaining("version 2")
        .hasMessageContaining("this Cairn knows 'cairn-manifest' version 1")
        .hasMessageEndingWith("a newer Cairn wrote it");
    disk.assertNoOpenFiles();
  }

  /** The manifest with the digest it should have: whoever wrote it meant it. */
  static byte[] signed(String manifest) throws Exception {
    String body = manifest.substring(0, manifest.lastIndexOf("  \"digest\""));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return (body + "  \"digest\": \"sha256:" + digest + "\"\n}\n").getBytes(StandardCharsets.UTF_8);
  }

  /** An all-reduce between threads, each a rank. */
  private static final class AllReduce {
    private final CyclicBarrier barrier;
    private final AtomicLong max = new AtomicLong(Long.MIN_VALUE);
    private final List<Long> proposals = new ArrayList<>();

    AllReduce(int ranks) {
      this.barrier = new CyclicBarrier(ranks);
    }

    Agreement agreement(boolean first) {
      return mine -> {
        try {
          max.accumulateAndGet(mine, Math::max);
          barrier.await(20, TimeUnit.SECONDS);
          long result = max.get();
          barrier.await(20, TimeUnit.SECONDS);
          if (first) {
            proposals.add(-result);
            max.set(Long.MIN_VALUE);
          }
          barrier.await(20, TimeUnit.SECONDS);
          return result;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      };
    }
  }

  private static List<Optional<SnapshotId>> chooseTogether(List<CrashDisk> folders, AllReduce all)
      throws Exception {
    ExecutorService ranks = Executors.newFixedThreadPool(folders.size());
    try {
      List<Callable<Optional<SnapshotId>>> tasks = new ArrayList<>();
      for (int rank = 0; rank < folders.size(); rank++) {
        LocalStore own = new LocalStore(folders.get(rank));
        Agreement agreement = all.agreement(rank == 0);
        tasks.add(
            () ->
                new SnapshotChooser(own, Catalog.read(own, Parts.RUN), new Copiers(1))
                    .newestOnAll(agreement)
                    .map(VerifiedSnapshot::id));
      }
      List<Optional<SnapshotId>> chosen = new ArrayList<>();
      for (Future<Optional<SnapshotId>> future : ranks.invokeAll(tasks)) {
        chosen.add(future.get());
      }
      return chosen;
    } finally {
      ranks.shutdownNow();
    }
  }

  @Test
  void ranksWithDifferentFoldersChooseTheNewestThatAllHave() throws Exception {
    Random random = Repro.random("agreement");
    for (int round = 0; round < 60; round++) {
      List<CrashDisk> folders = new ArrayList<>();
      Set<SnapshotId> common = new TreeSet<>();
      for (int rank = 0; rank < 3; rank++) {
        Set<SnapshotId> whole = new TreeSet<>();
        folders.add(folder(random, whole));
        if (rank == 0) {
          common.addAll(whole);
        }
        common.retainAll(whole);
      }
      AllReduce all = new AllReduce(3);

      List<Optional<SnapshotId>> chosen = chooseTogether(folders, all);

      Optional<SnapshotId> newest = common.stream().max(SnapshotId::compareTo);
      assertThat(chosen).as("round " + round).containsOnly(newest);
      List<Long> offers = new ArrayList<>();
      for (int i = 0; i < all.proposals.size(); i += 2) {
        offers.add(all.proposals.get(i));
      }
      for (int i = 1; i < offers.size(); i++) {
        assertThat(offers.get(i)).as("offers go down: " + offers).isLessThan(offers.get(i - 1));
      }
    }
  }

  @Test
  void ifOneRankHasNothingWhatTheOthersHaveIsOfNoUse() throws Exception {
    Parts.commit(store, Parts.single(10, 1));
    Parts.commit(store, Parts.single(20, 1));
    SnapshotChooser chooser = chooser();

    assertThat(chooser.newestOnAll(mine -> Math.max(mine, 1))).isEmpty();

    assertThat(chooser.refusals())
        .extracting(Refusal::toString)
        .containsExactly(
            "step 20 attempt 1: another rank does not have it",
            "step 10 attempt 1: another rank does not have it");
  }

  @Test
  void whatThereIsNoMemoryForIsNotReadAndTheOneBeforeIsTaken() throws Exception {
    Parts.commit(store, Parts.single(10, 1));
    Parts.commit(store, Parts.single(20, 1));
    String large = Parts.single(20, 1).data(Compression.NONE);
    LocalStore scarce =
        new LocalStore(
            new UnreadableDisk(
                disk,
                large::equals,
                name -> {
                  throw new OutOfMemoryError("Java heap space");
                }));
    SnapshotChooser chooser =
        new SnapshotChooser(scarce, Catalog.read(scarce, Parts.RUN), new Copiers(1));

    assertThat(chooser.newest().orElseThrow().id()).isEqualTo(new SnapshotId(10, 1));
    assertThat(chooser.refusals())
        .containsExactly(
            new Refusal(
                new SnapshotId(20, 1),
                "'" + large + "' could not be read: this JVM has too little memory for it",
                Refusal.Kind.UNREAD));
  }

  @Test
  void ranksThatHaveNothingInCommonKnowThatOneFoundDamage() throws Exception {
    CrashDisk damaged = new CrashDisk();
    for (CrashDisk folder : List.of(disk, damaged)) {
      Parts.commit(new LocalStore(folder), Parts.single(10, 1));
    }
    FileSet.on(damaged.neighbour()).write(Parts.single(10, 1).data(Compression.NONE), new byte[1]);

    assertThat(unusableElsewhere(List.of(disk, damaged))).containsExactly(true, false);
    assertThat(unusableElsewhere(List.of(disk, new CrashDisk()))).containsExactly(false, false);
  }

  private static List<Boolean> unusableElsewhere(List<CrashDisk> folders) throws Exception {
    AllReduce all = new AllReduce(folders.size());
    ExecutorService ranks = Executors.newFixedThreadPool(folders.size());
    try {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (CrashDisk folder : folders) {
        boolean first = answers.isEmpty();
        LocalStore own = new LocalStore(folder);
        answers.add(
            ranks.submit(
                () -> {
                  SnapshotChooser chooser =
                      new SnapshotChooser(own, Catalog.read(own, Parts.RUN), new Copiers(1));
                  assertThat(chooser.newestOnAll(all.agreement(first))).isEmpty();
                  return chooser.isUnusableElsewhere();
                }));
      }
      List<Boolean> unusable = new ArrayList<>();
      for (Future<Boolean> answer : answers) {
        unusable.add(answer.get());
      }
      return unusable;
    } finally {
      ranks.shutdownNow();
    }
  }

  /** Some of six snapshots, of which some are damaged. */
  private static CrashDisk folder(Random random, Set<SnapshotId> whole) throws IOException {
    CrashDisk folder = new CrashDisk();
    for (int i = 0; i < 6; i++) {
      PartName name = Parts.single(10L * (1 + i / 2), 1 + i % 2);
      int fate = random.nextInt(4);
      if (fate > 0) {
        Parts.commit(new LocalStore(folder), name);
        whole.add(name.id());
      }
      if (fate == 1) {
        FileSet.on(folder.neighbour()).write(name.data(Compression.NONE), new byte[1]);
        whole.remove(name.id());
      }
    }
    return folder;
  }

  @Test
  void saysThatAnotherRankDoesNotHaveWhatItHas() throws Exception {
    Parts.commit(store, Parts.single(10, 1));
    Parts.commit(store, Parts.single(20, 1));
    // The other rank has only step 10.
    long ten = 10L * (SnapshotId.MAX_ATTEMPT + 1L) + 1;
    Agreement other = mine -> Math.max(mine, mine < -1 ? -ten : mine);
    SnapshotChooser chooser = chooser();

    assertThat(chooser.newestOnAll(other).orElseThrow().id()).isEqualTo(new SnapshotId(10, 1));
    assertThat(chooser.refusals())
        .containsExactly(
            new Refusal(
                new SnapshotId(20, 1), "another rank does not have it", Refusal.Kind.UNFINISHED));
  }

  @Test
  void everyByteOfAHeaderThatChangesAfterItWasVerifiedIsNoticed() throws Exception {
    PartName name = Parts.single(10, 1);
    Parts.commit(store, name);
    String data = name.data(Compression.NONE);
    byte[] whole = files.read(data);
    VerifiedSnapshot snapshot = chooser().newest().orElseThrow();
    int headerBytes = whole.length - 32;
    for (int at = 0; at < headerBytes; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << (at % 8));
      files.write(data, changed);
      assertThatThrownBy(() -> snapshot.openLeaderPart().close())
          .as("byte %d", at)
          .isInstanceOfAny(CorruptSnapshotException.class, UnsupportedFormatException.class);
    }
    files.write(data, whole);
    snapshot.openLeaderPart().close();
    disk.assertNoOpenFiles();
  }

  @Test
  void aHeaderThatIsWholeButAnotherOneIsSaid() throws Exception {
    PartName name = Parts.single(10, 1);
    Parts.commit(store, name);
    String data = name.data(Compression.NONE);
    VerifiedSnapshot snapshot = chooser().newest().orElseThrow();
    String text = new String(files.read(data), StandardCharsets.ISO_8859_1);
    String other = text.replace("value/own/who", "value/own/how");
    files.write(data, other.getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(snapshot::openLeaderPart)
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining("Data file '" + data + "' has digest crc32c:")
        .hasMessageContaining("the header changed after the file had been verified");
    disk.assertNoOpenFiles();
  }
}
