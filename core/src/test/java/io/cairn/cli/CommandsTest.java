// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.SampleRuns;
import io.cairn.format.JsonObject;
import io.cairn.model.DType;
import io.cairn.model.Rank;
import io.cairn.model.TensorSpec;
import io.cairn.policy.CompressionPolicy;
import io.cairn.testkit.Damage;
import io.cairn.testkit.FileSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir Path folder;

  private Path file(String run, int step, int attempt, String ending) {
    return folder.resolve(
        "%s.step-%012d.attempt-%03d.part-00000-of-00001.%s".formatted(run, step, attempt, ending));
  }

  /** Changes a bit of a snapshot's data. */
  private void rot(int step) throws IOException {
    Path data = file("bank", step, 1, "safetensors");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length - 1] ^= 1;
    Files.write(data, bytes);
  }

  /** What prune would do with each snapshot, newest first: the lines between heading and sum. */
  private List<String> fatesIfTwoAreKept() {
    List<String> lines =
        CliRun.of("prune", folder, "--keep-last", "2").hasStatus(0).out().lines().toList();
    return lines.subList(1, lines.size() - 1);
  }

  @Test
  void lsShowsWhatIsMissingAndWhatIsUploaded() throws Exception {
    SampleRuns.train(folder, "bank", 20);
    SampleRuns.train(folder, "bank", 30);
    Files.delete(file("bank", 30, 2, "json"));
    Files.createFile(Path.of(file("bank", 20, 1, "json") + ".sagemaker-uploaded"));
    Files.createFile(Path.of(file("bank", 20, 1, "safetensors") + ".sagemaker-uploaded"));
    Files.createFile(Path.of(file("bank", 10, 1, "safetensors") + ".sagemaker-uploading"));

    assertThat(CliRun.of("ls", folder).hasStatus(Exit.SOUND).out().lines().map(String::strip))
        .containsExactly(
            "run bank: 3 snapshots, 4.0 KiB",
            "STEP  ATTEMPT  EPOCH  AGE     SIZE  PARTS  STATE       UPLOAD     METRICS",
            "30        2      ?    ?    960 B      1  incomplete  -",
            "20        1      1   5m  1.5 KiB      1  complete    uploaded   loss=0.14629",
            "10        1      0   5m  1.5 KiB      1  complete    uploading  loss=0.16293",
            "30/2: incomplete: 1 of 1 manifests missing (part 0)");
    JsonObject run = CliRun.of("ls", folder, "--json").json().objects("runs").get(0);
    assertThat(run.objects("snapshots").get(1).string("upload")).isEqualTo("uploaded");
    assertThat(run.objects("snapshots").get(0).string("status")).isEqualTo("incomplete");
  }

  @Test
  void lsOfAnEmptyFolder() {
    assertThat(CliRun.of("ls", folder).hasStatus(Exit.SOUND).out())
        .isEqualToIgnoringNewLines("no snapshots in " + folder);
  }

  @Test
  void lsSeesDamageWithoutReadingData() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    Files.write(file("bank", 10, 1, "safetensors"), new byte[3]);

    assertThat(CliRun.of("ls", folder).hasStatus(Exit.DAMAGE).out())
        .contains("has 3 bytes, its manifest says 960; it was cut or replaced");
  }

  @Test
  void showCountsWhatIsNotANumber() throws Exception {
    byte[] halves = {0, 0x3C, 0, 0x7C, 1, 0x7C, 0, (byte) 0xC0}; // 1, infinity, NaN, -2
    SampleRuns.save(
        folder, "bank", Map.of(new TensorSpec("w", DType.F16, List.of(2L, 2L)), halves));

    assertThat(CliRun.of("show", folder).hasStatus(Exit.SOUND).out())
        .contains("model/w  F16 [2, 2]   8 B   -2    1  -0.50000  2.2361    1    1  same");
    JsonObject tensor =
        CliRun.of("show", folder, "--json")
            .json()
            .objects("content")
            .get(0)
            .objects("tensors")
            .get(0);
    assertThat(tensor.longs("shape")).containsExactly(2L, 2L);
    assertThat(tensor.object("statistics").longValue("nan")).isEqualTo(1);
    assertThat(tensor.object("statistics").doubleValue("norm")).isEqualTo(Math.sqrt(5));
    assertThat(CliRun.of("show", folder, "--quick").out()).doesNotContain("2.2361");
  }

  @Test
  void showOfSeveralParts() throws Exception {
    Map<TensorSpec, byte[]> tensors =
        Map.of(new TensorSpec("w", DType.I8, List.of(1L)), new byte[] {5});
    SampleRuns.save(folder, "bank", tensors, new Rank(0, 2), 3);
    SampleRuns.save(folder, "bank", tensors, new Rank(1, 2), 4);

    assertThat(CliRun.of("show", folder).hasStatus(Exit.SOUND).out())
        .contains("part 0: ", "part 1: ", "value rng/seed = 3", "value rng/seed = 4");
  }

  @Test
  void everyCommandSurvivesDamageWithOneLine() throws Exception {
    SampleRuns.save(
        folder, "bank", Map.of(new TensorSpec("w", DType.U8, List.of(2L)), new byte[] {1, 2}));
    List<List<Object>> commands =
        List.of(
            List.of("ls", folder),
            List.of("show", folder),
            List.of("verify", folder),
            List.of("stats", folder, "--tensor", "*"),
            List.of("doctor", folder),
            List.of("diff", folder, folder),
            List.of("prune", folder, "--keep-last", "1"));
    int[] count = {0};
    Damage.of(FileSet.in(folder))
        .all()
        .filter(damage -> count[0]++ % 29 == 0)
        .forEach(
            damage ->
                damage.during(
                    () -> {
                      for (List<Object> command : commands) {
                        CliRun run = CliRun.of(command.toArray());
                        assertThat(run.err().lines().count()).as(run.err()).isLessThan(2);
                        assertThat(run.err()).doesNotContain("internal error");
                      }
                      CliRun.of("verify", folder).hasStatus(Exit.DAMAGE);
                    }));
  }

  @Test
  void verifyLeavesIncompleteOnesAlone() throws Exception {
    SampleRuns.train(folder, "bank", 20);
    Files.delete(file("bank", 20, 1, "json"));

    assertThat(CliRun.of("verify", folder).hasStatus(Exit.SOUND).out())
        .contains("bank 20/1: incomplete", "1 sound, 1 incomplete, 0 damaged");
    CliRun.of("verify", folder + "@10").hasStatus(Exit.SOUND);
    CliRun.of("verify", folder + "@20").hasStatus(Exit.DAMAGE);
    Files.delete(file("bank", 10, 1, "json"));
    CliRun.of("verify", folder).hasStatus(Exit.DAMAGE);
  }

  @Test
  void verifyReadsCompressedOnesAndAnswersInJson() throws Exception {
    SampleRuns.train(folder, "bank", 20, CompressionPolicy.FAST);
    JsonObject sound = CliRun.of("verify", "--deep", folder, "--json").hasStatus(0).json();
    assertThat(sound.booleanValue("sound")).isTrue();
    Path data = file("bank", 20, 1, "safetensors.zst");
    byte[] bytes = Files.readAllBytes(data);
    bytes[100] ^= 1;
    Files.write(data, bytes);

    JsonObject report = CliRun.of("verify", folder, "--json").hasStatus(Exit.DAMAGE).json();

    assertThat(report.booleanValue("sound")).isFalse();
    JsonObject snapshot = report.objects("snapshots").get(0);
    assertThat(snapshot.booleanValue("sound")).isFalse();
    assertThat(snapshot.objects("findings").get(0).string("kind")).isEqualTo("damage");
    assertThat(snapshot.objects("findings").get(0).string("file"))
        .isEqualTo(data.getFileName().toString());
    assertThat(report.objects("snapshots").get(1).booleanValue("sound")).isTrue();
  }

  @Test
  void diffOfTheSameStateIsEmpty() throws Exception {
    SampleRuns.train(folder.resolve("a"), "bank", 40);
    SampleRuns.train(folder.resolve("b"), "bank", 15);
    SampleRuns.train(folder.resolve("b"), "bank", 40);

    assertThat(CliRun.of("diff", folder.resolve("a"), folder.resolve("b")).hasStatus(0).out())
        .isEqualToIgnoringNewLines("the same: 2 tensors, every bit");
    JsonObject other =
        CliRun.of("diff", folder.resolve("a") + "@30", "@40", "--json").hasStatus(1).json();
    assertThat(other.booleanValue("same")).isFalse();
    assertThat(other.object("before").longValue("step")).isEqualTo(30);
    assertThat(other.objects("facts").get(0).string("group")).isEqualTo("progress");
    assertThat(other.objects("tensors").get(0).string("kind")).isEqualTo("changed");
    assertThat(other.objects("tensors").get(0).doubleValue("relativeChange")).isPositive();
  }

  @Test
  void statsFollowsTheWayToTheNewest() throws Exception {
    SampleRuns.train(folder, "bank", 20);
    SampleRuns.train(folder, "bank", 30);

    assertThat(CliRun.of("stats", folder, "--csv", "--tensor", "*/wei*").out().lines())
        .hasSize(4)
        .first()
        .isEqualTo("STEP,ATTEMPT,PART,TENSOR,NORM,UPDATE,RELATIVE,NAN,INF");
    List<JsonObject> rows = CliRun.of("stats", folder, "--json").json().objects("rows");
    assertThat(rows).hasSize(6);
    assertThat(rows.get(5).longValue("attempt")).isEqualTo(2);
    assertThat(rows.get(0).string("update")).isEqualTo("NaN");
  }

  @Test
  void pruneDeletesOnlyWhenTold() throws Exception {
    SampleRuns.train(folder, "bank", 40);

    CliRun plan = CliRun.of("prune", folder, "--keep-last", "1", "--keep-best", "1:loss:max");
    assertThat(plan.hasStatus(0).out())
        .contains("newest sound; keep last 1", "keep best 1 by loss (max)")
        .endsWith("would delete 2 snapshots, 3.1 KiB; --delete does it\n");
    assertThat(CliRun.of("prune", folder, "--keep-last", "1", "--dry-run").hasStatus(0).out())
        .endsWith("would delete 3 snapshots, 4.6 KiB; --delete does it\n");
    assertThat(
            CliRun.of("prune", folder, "--keep-last", "1", "--dry-run", "--delete")
                .hasStatus(2)
                .err())
        .isEqualToIgnoringNewLines(
            "cairn: --dry-run deletes nothing and --delete does; give one of them");
    assertThat(Files.exists(file("bank", 20, 1, "json"))).isTrue();

    JsonObject done =
        CliRun.of("prune", folder, "--keep-last", "1", "--delete", "--json").hasStatus(0).json();
    assertThat(done.booleanValue("deleted")).isTrue();
    assertThat(done.objects("snapshots")).hasSize(4);
    try (var files = Files.list(folder)) {
      assertThat(files)
          .containsExactlyInAnyOrder(
              file("bank", 40, 1, "json"), file("bank", 40, 1, "safetensors"));
    }
  }

  @Test
  void whatPruneFindsDamagedIsEvidenceAndNotCounted() throws Exception {
    SampleRuns.train(folder, "bank", 50);
    rot(40);
    rot(50);

    assertThat(fatesIfTwoAreKept())
        .satisfiesExactly(
            fate -> assertThat(fate).contains("50 ", "keep  damaged: it is evidence"),
            fate -> assertThat(fate).contains("40 ", "keep  damaged: it is evidence"),
            fate -> assertThat(fate).contains("30 ", "keep  newest sound; keep last 2"),
            fate -> assertThat(fate).contains("20 ", "keep  keep last 2"),
            fate -> assertThat(fate).contains("10 ", "drop  no policy keeps it"));
  }

  @Test
  void pruneReadsWhatItKeeps() throws Exception {
    SampleRuns.train(folder, "bank", 40);
    rot(30);

    assertThat(fatesIfTwoAreKept())
        .satisfiesExactly(
            fate -> assertThat(fate).contains("40 ", "keep  newest sound; keep last 2"),
            fate -> assertThat(fate).contains("30 ", "keep  damaged: it is evidence"),
            fate -> assertThat(fate).contains("20 ", "keep  keep last 2"),
            fate -> assertThat(fate).contains("10 ", "drop  no policy keeps it"));
  }

  @Test
  void whatIsThereAlreadyIsNotCalledCopied() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    Path copies = folder.resolve("copies");
    assertThat(CliRun.of("push", folder, copies).out())
        .contains("10/1: 1.5 KiB verified and copied");
    assertThat(CliRun.of("push", folder, copies).out())
        .contains("10/1: 1.5 KiB verified, there already");
    assertThat(CliRun.of("stats", folder, "--tensor", "zzz*").hasStatus(Exit.USAGE).err())
        .isEqualToIgnoringNewLines(
            "cairn: no tensor of run 'bank' is like 'zzz*'; 'show' lists them");
  }

  @Test
  void whoNamesASnapshotDoesNotMeanTheWholeFolder() throws Exception {
    SampleRuns.train(folder, "bank", 20);

    for (String command : List.of("ls", "stats", "doctor", "prune --keep-last=1 --delete")) {
      List<Object> words = new ArrayList<>(List.of((Object[]) command.split(" ")));
      words.add(folder + "@20");
      assertThat(CliRun.of(words.toArray()).hasStatus(Exit.USAGE).err())
          .as(command)
          .isEqualToIgnoringNewLines(
              "cairn: '%s@20' names one snapshot (20), but this command works on all of a folder;"
                      .formatted(folder)
                  + " say '"
                  + folder
                  + "'");
    }
    assertThat(CliRun.of("prune", file("bank", 20, 1, "json"), "--keep-last=1").err())
        .contains("names one snapshot (20/1)");
    assertThat(file("bank", 10, 1, "json")).exists();
  }

  @Test
  void statisticsOfNothingAreNoStatistics() throws Exception {
    SampleRuns.train(folder, "bank", 10);
    Files.write(file("bank", 10, 1, "json"), new byte[] {1});
    assertThat(CliRun.of("stats", folder).hasStatus(Exit.USAGE).err())
        .startsWith("cairn: no snapshot of run 'bank' can be read; the newest, 10/1: ");
  }

  @Test
  void nothingIsNotSound() {
    assertThat(CliRun.of("verify", folder).hasStatus(Exit.USAGE).err())
        .isEqualToIgnoringNewLines("cairn: there are no snapshots in '" + folder + "'");
  }

  @Test
  void oneThatIsDamagedDoesNotKeepTheOthersFromBeingCopied() throws Exception {
    SampleRuns.train(folder, "bank", 40);
    rot(10);
    Files.write(file("bank", 20, 1, "safetensors"), new byte[] {1});
    Files.delete(file("bank", 30, 1, "json"));
    Path copies = folder.resolve("copies");

    CliRun push = CliRun.of("push", "--all", folder, copies).hasStatus(Exit.DAMAGE);

    assertThat(push.out()).contains("bank 40/1: ", "1 snapshot, ").doesNotContain("10/1", "20/1");
    assertThat(push.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("cairn: 10/1: Data file 'bank.").contains("digest"),
            line -> assertThat(line).startsWith("cairn: 20/1: ").contains("has 1 bytes"));
    CliRun.of("verify", copies).hasStatus(0);
    assertThat(CliRun.of("push", "--all", "--json", folder, copies).hasStatus(Exit.DAMAGE).out())
        .containsIgnoringWhitespaces(
            "\"step\": 40, \"attempt\": 1, \"bytes\": ",
            "\"was_there\": true } ], \"passed_over\": [ { \"run\": \"bank\", \"step\": 10,"
                + " \"attempt\": 1, \"why\": \"Data file 'bank.",
            "{ \"run\": \"bank\", \"step\": 20, \"attempt\": 1, \"why\": \"Data file 'bank.");
    assertThat(CliRun.of("push", folder + "@20", copies).hasStatus(Exit.DAMAGE).err())
        .contains("; it was not copied");
    assertThat(CliRun.of("push", folder + "@30", copies).hasStatus(Exit.USAGE).err())
        .contains("snapshot 30/1 is not copied: incomplete");
  }

  @Test
  void oneThatIsAnotherInTheTargetDoesNotKeepTheOthersFromBeingCopied() throws Exception {
    SampleRuns.train(folder, "bank", 30);
    Path copies = folder.resolve("copies");
    CliRun.of("push", folder + "@10", copies).hasStatus(0);
    String data = file("bank", 10, 1, "safetensors").getFileName().toString();
    Files.write(copies.resolve(data), new byte[] {1});

    CliRun push = CliRun.of("push", "--all", folder, copies).hasStatus(Exit.DAMAGE);

    String different =
        data + ": " + copies + " has one with other bytes, which is not replaced; move it away";
    assertThat(push.err()).isEqualToIgnoringNewLines("cairn: 10/1: " + different);
    assertThat(push.out()).contains("bank 20/1: ", "bank 30/1: ", "2 snapshots, ");
    assertThat(copies.resolve(data)).hasBinaryContent(new byte[] {1});
    assertThat(CliRun.of("push", folder + "@10", copies).hasStatus(Exit.USAGE).err())
        .isEqualToIgnoringNewLines("cairn: " + different);
  }

  /** As by a training that runs: it drops its old ones while they are copied. */
  @Test
  void oneThatVanishesDoesNotKeepTheOthersFromBeingCopied() throws Exception {
    SampleRuns.train(folder, "bank", 30);
    rot(10);
    StringWriter err =
        new StringWriter() {
          @Override
          public void write(String text, int offset, int length) {
            super.write(text, offset, length);
            deleteSnapshot(20); // 10 was told, 20 was listed
          }
        };
    StringWriter out = new StringWriter();
    Console console =
        new Console(new PrintWriter(out), new PrintWriter(err), Clock.systemUTC(), Map.of(), false);
    Path copies = folder.resolve("copies");

    int status = Main.run(console, "push", "--all", folder.toString(), copies.toString());

    assertThat(status).isEqualTo(Exit.DAMAGE);
    assertThat(err.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("cairn: 10/1: Data file 'bank."),
            line ->
                assertThat(line)
                    .matches(
                        "cairn: 20/1: '.*step-000000000020.*json' vanished from .* after it was"
                            + " listed, as when a running training drops an old snapshot; it was"
                            + " not copied"));
    assertThat(out.toString()).contains("bank 30/1: ", "1 snapshot, ");
    CliRun.of("verify", copies).hasStatus(0);
  }

  private void deleteSnapshot(int step) {
    try {
      Files.deleteIfExists(file("bank", step, 1, "json"));
      Files.deleteIfExists(file("bank", step, 1, "safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void pruneNeverDropsTheNewestSoundOne() throws Exception {
    SampleRuns.train(folder, "bank", 40);
    rot(40);

    CliRun.of("prune", folder, "--keep-last", "1", "--delete").hasStatus(0);

    assertThat(Files.exists(file("bank", 40, 1, "safetensors"))).as("evidence").isTrue();
    assertThat(Files.exists(file("bank", 30, 1, "json"))).isTrue();
    assertThat(Files.exists(file("bank", 20, 1, "json"))).isFalse();
    Files.delete(file("bank", 30, 1, "safetensors"));
    assertThat(
            CliRun.of("prune", folder, "--keep-last", "1", "--delete").hasStatus(Exit.DAMAGE).err())
        .contains("no snapshot of run 'bank' is sound; nothing is deleted");
  }
}
