// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.SampleRuns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens reports in a real browser. Pictures of them are left in target/report for a look. */
class ReportPageTest {
  private static final Pattern CHART =
      Pattern.compile("data-chart=\"([^\"]*)\" data-points=\"(\\d+)\"");
  private static final Path PICTURES =
      Path.of(System.getProperty("basedir", "core"), "target", "report");

  @TempDir Path folder;

  @Test
  void aSmallRunOpensWithAllItsPoints() throws Exception {
    Chromium chromium = Chromium.in(folder);
    Path snapshots = folder.resolve("snapshots");
    SampleRuns.train(snapshots, "bank", 20);
    SampleRuns.train(snapshots, "bank", 30);
    Path page = folder.resolve("report.html");
    CliRun.of("report", snapshots, "-o", page).hasStatus(Exit.SOUND);

    Map<String, Integer> points = soundPage(chromium.open(page, 1600));

    assertThat(points)
        .containsEntry("timeline", 4 + 3 + 1) // two ends of two attempts, snapshots, interruption
        .containsEntry("metric loss", 3)
        .containsEntry("size", 3)
        .containsEntry("norms", 6)
        .containsEntry("updates", 4)
        .containsEntry("histogram", 40)
        .doesNotContainKey("stall");
    assertThat(points.get("histograms")).isBetween(3, 60);
    pictures(chromium, page, "small");
  }

  @Test
  void aLargeRunOpensToo() throws Exception {
    Chromium chromium = Chromium.in(folder);
    Path page = folder.resolve("large.html");
    Files.write(page, ReportPage.of(new SyntheticRun(1_000, 500).report()));

    Chromium.Page opened = chromium.open(page, 360);

    Map<String, Integer> points = soundPage(opened);
    assertThat(points)
        .containsEntry("timeline", 4 * 2 + 1_000 + 3)
        .containsEntry("size", 1_000)
        .containsEntry("stall", 1_000)
        .containsEntry("lag", 1_000)
        .containsEntry("norms", 500 * HeatMap.columnsFor(500))
        .containsKeys("write", "risk", "metric loss", "histograms", "histogram");
    assertThat(opened.dom()).contains("&lt;img src=x onerror").doesNotContain("<img src=x");
  }

  private static Map<String, Integer> soundPage(Chromium.Page page) {
    assertThat(page.log().lines().filter(line -> line.contains("CONSOLE"))).isEmpty();
    assertThat(page.dom()).contains("data-ready=\"yes\"").contains("data-errors=\"0\"");
    assertThat(page.dom()).contains("<canvas");
    Map<String, Integer> points = new TreeMap<>();
    Matcher chart = CHART.matcher(page.dom());
    while (chart.find()) {
      points.put(chart.group(1), Integer.valueOf(chart.group(2)));
    }
    return points;
  }

  private static void pictures(Chromium chromium, Path page, String name) throws Exception {
    Files.createDirectories(PICTURES);
    for (int width : new int[] {360, 1600}) {
      for (boolean dark : new boolean[] {false, true}) {
        Path png =
            PICTURES.toAbsolutePath().resolve(name + width + (dark ? "-dark.png" : "-light.png"));
        Files.deleteIfExists(png);
        chromium.picture(page, png, width, width == 360 ? 6_000 : 3_600, dark);
        assertThat(png).exists();
      }
    }
  }
}
