// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cairn.SampleRuns;
import io.cairn.format.Json;
import io.cairn.format.JsonObject;
import io.cairn.inspect.SaveTimes;
import io.cairn.inspect.StepsAtRisk;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;
  private Path snapshots;
  private Path page;

  @BeforeEach
  void train() throws Exception {
    snapshots = folder.resolve("snapshots");
    page = folder.resolve("page.html");
    SampleRuns.train(snapshots, "bank", 20);
    SampleRuns.train(snapshots, "bank", 30);
  }

  private Path file(int step, int attempt, String ending) {
    return snapshots.resolve(
        "bank.step-%012d.attempt-%03d.part-00000-of-00001.%s".formatted(step, attempt, ending));
  }

  /** What the page's script will read. */
  private JsonObject data() throws Exception {
    String html = Files.readString(page);
    String begin = "<script type=\"application/json\" id=\"data\">";
    int start = html.indexOf(begin) + begin.length();
    String json = html.substring(start, html.indexOf("</script>", start));
    return Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void showsWhatTheOtherCommandsSay() throws Exception {
    CliRun.of("report", snapshots, "-o", page).hasStatus(Exit.SOUND);

    JsonObject data = data();
    assertThat(data.string("run")).isEqualTo("bank");
    assertThat(data.object("counts").longValue("sound")).isEqualTo(3);
    JsonObject second = data.objects("attempts").get(1);
    assertThat(second.string("resumedFrom")).isEqualTo("20/1");
    assertThat(second.longValue("trainedAgain")).isZero();
    assertThat(data.objects("snapshots").get(2).longValue("step")).isEqualTo(30);
    JsonObject ls = CliRun.of("ls", snapshots, "--json").json().objects("runs").get(0);
    double loss = ls.objects("snapshots").get(0).object("metrics").doubleValue("loss");
    assertThat(data.objects("metrics").get(0).array("values").get(2)).isEqualTo(loss);
    List<JsonObject> stats = CliRun.of("stats", snapshots, "--json").json().objects("rows");
    JsonObject map = data.object("heatMap");
    assertThat(map.strings("rows")).containsExactly("model/weights", "optimizer/velocity");
    assertThat(map.strings("columns")).containsExactly("10/1", "20/1", "30/2");
    assertThat(cell(map, "norms", 0, 1)).isCloseTo(stats.get(2).doubleValue("norm"), within(1e-3));
    assertThat(cell(map, "updates", 1, 2))
        .isCloseTo(stats.get(5).doubleValue("relativeUpdate"), within(1e-3));
    assertThat(data.object("histograms").string("tensor")).isEqualTo("model/weights");
    List<?> newest = (List<?>) data.object("histograms").array("counts").get(2);
    assertThat(newest.stream().mapToLong(count -> (Long) count).sum()).isEqualTo(20);
  }

  private static double cell(JsonObject map, String name, int row, int column) throws Exception {
    return ((Number) ((List<?>) map.array(name).get(row)).get(column)).doubleValue();
  }

  @Test
  void needsNothingFromOutside() throws Exception {
    CliRun.of("report", snapshots, "-o", page).hasStatus(Exit.SOUND);

    String html = Files.readString(page);
    assertThat(html).contains("default-src 'none'").doesNotContain("<!--library-->");
    assertThat(html).doesNotContainPattern("(src|href)=\"https?:");
  }

  @Test
  void timesComeFromLogsAndMarkers() throws Exception {
    Path log = folder.resolve("training.log");
    Files.writeString(
        log,
        """
        12:00 INFO cairn event=captured run=bank step=10 epoch=0 batch=10 attempt=1 bytes=960 stall_ms=1.500
        12:00 INFO cairn event=committed run=bank step=10 epoch=0 batch=10 attempt=1 bytes=960 write_ms=250.000
        12:00 INFO cairn event=uploaded run=bank step=10 attempt=1 bytes=960 upload_ms=750.000
        12:00 INFO cairn event=captured run=other step=20 epoch=0 batch=10 attempt=1 bytes=960 stall_ms=9.000
        12:01 WARN cairn event=stop_requested run=bank grace_ms=1000
        """);
    for (String ending : List.of("json", "safetensors")) {
      Path marker = Files.createFile(Path.of(file(30, 2, ending) + ".sagemaker-uploaded"));
      Files.setLastModifiedTime(marker, FileTime.from(SampleRuns.TIME.plusSeconds(7)));
    }

    CliRun.of("report", snapshots, "-o", page, "--log", log).hasStatus(Exit.SOUND);

    List<JsonObject> all = data().objects("snapshots");
    assertThat(all.get(0).doubleValue("stall")).isEqualTo(1.5);
    assertThat(all.get(0).doubleValue("write")).isEqualTo(250);
    assertThat(all.get(0).doubleValue("lag")).isEqualTo(1_000);
    assertThat(all.get(1).names()).doesNotContain("stall", "write", "lag");
    assertThat(all.get(2).doubleValue("lag")).isEqualTo(7_000);
    assertThat(data().longValue("stops")).isEqualTo(1);
  }

  @Test
  void damageIsShownAndLeftOutOfTheRest() throws Exception {
    Path data = file(20, 1, "safetensors");
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length - 5] ^= 1;
    Files.write(data, bytes);

    JsonObject said = CliRun.of("report", snapshots, "-o", page, "--json").hasStatus(1).json();

    assertThat(said.longValue("damaged")).isEqualTo(1);
    assertThat(said.booleanValue("sound")).isFalse();
    assertThat(data().objects("snapshots").get(1).string("verdict")).isEqualTo("damaged");
    assertThat(data().objects("snapshots").get(1).strings("findings").get(0)).contains("digest");
    assertThat(data().object("heatMap").strings("columns")).containsExactly("10/1", "30/2");
    CliRun.of("report", snapshots, "-o", page, "--force", "--quick").hasStatus(Exit.SOUND);
    assertThat(data().names()).doesNotContain("heatMap", "histograms");
  }

  @Test
  void saysWhatCannotBeDone() throws Exception {
    Files.createFile(page);
    assertThat(CliRun.of("report", snapshots, "-o", page).hasStatus(Exit.USAGE).err())
        .contains("is there already; --force replaces it");
    assertThat(report("--tensor", "nothing*").err()).contains("names no tensor", "model/weights");
    assertThat(report("--histogram", "nothing").err()).contains("no tensor 'nothing'");
    assertThat(report("--quick", "--tensor", "*").err()).contains("--quick reads no tensors");
    assertThat(report("--log", folder.resolve("none")).err()).contains("no such file");
    assertThat(Files.size(page)).isZero();
  }

  private CliRun report(Object... more) {
    List<Object> all = new ArrayList<>(List.of("report", snapshots, "--force", "-o", page));
    all.addAll(List.of(more));
    return CliRun.of(all.toArray()).hasStatus(Exit.USAGE);
  }

  @Test
  void aLargeRunStaysSmall() throws Exception {
    byte[] html = ReportPage.of(new SyntheticRun(1_000, 500).report());
    Files.write(page, html);

    assertThat(html.length).isLessThan(5_000_000);
    assertThat(data().objects("snapshots")).hasSize(1_000);
    assertThat(data().object("heatMap").strings("rows")).hasSize(500);
    assertThat(new String(html, StandardCharsets.UTF_8)).doesNotContain("<img src=x");
  }

  @Test
  void moreThanCanBeShownIsThinned() throws Exception {
    Report report = new SyntheticRun(5_000, 3).report();

    assertThat(report.snapshots()).hasSize(ReportBuilder.MAX_SNAPSHOTS);
    assertThat(report.counts().all()).isEqualTo(5_000);
    assertThat(report.notes()).anyMatch(note -> note.startsWith("2000 of 5000 snapshots"));
  }

  @Test
  void stepsAreAtRiskUntilASnapshotIsDurable() {
    Instant time = SampleRuns.TIME;
    List<StepsAtRisk.Save> saves =
        List.of(
            new StepsAtRisk.Save(20, time, Optional.of(time.plusSeconds(5))),
            new StepsAtRisk.Save(30, time.plusSeconds(10), Optional.empty()));

    assertThat(StepsAtRisk.of(5, saves))
        .containsExactly(
            new StepsAtRisk.Point(time, 15),
            new StepsAtRisk.Point(time.plusSeconds(5), 20),
            new StepsAtRisk.Point(time.plusSeconds(5), 5),
            new StepsAtRisk.Point(time.plusSeconds(10), 10));
  }

  @Test
  void theSlowestRankCounts() {
    SaveTimes times = new SaveTimes(new RunName("bank"));
    for (String stall : List.of("2.0", "3.0", "1.0")) {
      times.accept(
          "cairn event=captured run=bank step=9 epoch=0 batch=9 attempt=2 bytes=1 stall_ms="
              + stall);
    }
    times.accept("cairn event=captured run=bank step=9 attempt=99999999999 stall_ms=1");

    assertThat(times.of(new SnapshotId(9, 2)).stall()).hasValue(3);
    assertThat(times.of(new SnapshotId(9, 2)).write()).isEmpty();
  }
}
