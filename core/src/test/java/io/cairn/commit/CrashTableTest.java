// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.store.Disk;
import io.cairn.store.LocalStore;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.Crashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The table in docs/COMMIT.md is what a disk that crashes after each operation shows. */
class CrashTableTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "")).resolve("../docs/COMMIT.md");
  private static final String HEAD =
      "| killed after | a kill of the process leaves | a power loss leaves |";

  @Test
  void theTableOfThePageIsTrue() throws Exception {
    List<String> page = Files.readAllLines(PAGE);
    int start = page.indexOf(HEAD);
    assertThat(start).as("The page has a line '%s'", HEAD).isNotNegative();
    List<String> written =
        page.subList(start, page.size()).stream().takeWhile(line -> line.startsWith("|")).toList();
    assertThat(String.join("\n", written)).isEqualTo(String.join("\n", table()));
  }

  private static List<String> table() throws Exception {
    CrashDisk older = new CrashDisk();
    Parts.commit(new LocalStore(older), Parts.single(10, 1));
    SortedMap<Integer, SortedSet<String>> killed = new TreeMap<>();
    SortedMap<Integer, SortedSet<String>> lost = new TreeMap<>();
    Map<String, byte[]> before = older.snapshotOfFiles();
    CrashDisk counted = CrashDisk.holding(before);
    saveOnce(counted);
    Crashes.afterEachOperation(
        before,
        Object::new,
        (disk, witness) -> saveOnce(disk),
        after -> {
          if (!after.description().startsWith("Crash half way")) {
            var seen = after.description().contains("then a kill") ? killed : lost;
            seen.computeIfAbsent(after.operation(), number -> new TreeSet<>())
                .add(restored(after.disk()));
          }
        });
    List<String> lines = new ArrayList<>(List.of(HEAD, "|---|---|---|"));
    for (int i = 0; i <= counted.operations(); i++) {
      String what = i == 0 ? "nothing" : shortened(counted.journal().get(i - 1));
      lines.add("| %d %s | %s | %s |".formatted(i, what, or(killed.get(i)), or(lost.get(i))));
    }
    return lines;
  }

  private static void saveOnce(Disk disk) throws IOException {
    LocalStore store = new LocalStore(disk);
    Parts.commit(store, Parts.single(20, 1));
    Parts.sweeper(store, 1, RetentionPolicy.keepLast(1)).sweep(Parts.TIME);
  }

  private static String restored(CrashDisk disk) throws IOException {
    SnapshotId newest = Parts.newest(new LocalStore(disk)).orElseThrow();
    return newest.step() == 10 ? "the old snapshot" : "the new snapshot";
  }

  private static String or(SortedSet<String> seen) {
    return seen.size() == 2 ? "either" : seen.first();
  }

  private static String shortened(String operation) {
    return operation
        .replace("bank.step-000000000010.attempt-001.part-00000-of-00001", "OLD")
        .replace("bank.step-000000000020.attempt-001.part-00000-of-00001", "NEW")
        .replaceAll("write \\d+ bytes to", "write to")
        .replaceAll("((?:OLD|NEW)\\S+)", "`$1`");
  }
}
