// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/REHEARSAL.md shows: the test, and the report. */
class SurvivesSpotTest {
  private static final Path BASE = Path.of(System.getProperty("basedir", "core"));
  private static final Path PAGE = BASE.resolve("../docs/REHEARSAL.md");
  private static final Path SOURCE =
      BASE.resolve("src/test/java/io/cairn/rehearsal/SurvivesSpotTest.java");

  // the test of the page
  @Test
  void survivesSpot(@TempDir Path folder) throws Exception {
    Rehearsal.ofMain(Train.class)
        .folder(folder)
        .hyperparameter("checkpoint_every_steps", "10")
        .interrupt(Interruption.kill(When.atSnapshots(2)))
        .compare()
        .run()
        .requireSurvived();
  }

  // its end

  /** A training that finds all it needs in its container. */
  static final class Train {
    private Train() {}

    public static void main(String[] arguments) throws Exception {
      String base = System.getenv("SAGEMAKER_BASE_DIR");
      CounterTraining.main(new String[] {"300", "10", "shared", base});
    }
  }

  @Test
  void thePageShowsThatTest() throws Exception {
    Matcher source =
        Pattern.compile("(?s)// the test of the page\n(.*?)\n *// its end")
            .matcher(Files.readString(SOURCE));
    assertThat(source.find()).isTrue();
    assertThat(block("java")).isEqualTo(source.group(1).stripTrailing().stripIndent());
  }

  @Test
  void thePageShowsARealReport(@TempDir Path folder) throws Exception {
    RehearsalReport report =
        Rehearsal.of(
                Rehearsal.java(List.of("-Dorg.slf4j.simpleLogger.log.io.cairn=info"), Train.class))
            .folder(folder)
            .hyperparameter("checkpoint_every_steps", "10")
            .compare()
            .seed(1)
            .run();

    String real = String.join("\n", report.lines()).replace(folder.toString(), "rehearsal");
    assertThat(comparable(block("text"))).isEqualTo(comparable(real));
  }

  private static String block(String language) throws Exception {
    Matcher block =
        Pattern.compile("(?s)```" + language + "\n(.*?)\n```").matcher(Files.readString(PAGE));
    assertThat(block.find()).isTrue();
    return block.group(1);
  }

  /** Times and numbers of steps differ from run to run. */
  private static String comparable(String report) {
    return report
        .replaceAll("\\d+(\\.\\d+)?", "#")
        .replaceAll("# [KM]iB", "# B")
        .replaceAll("\\b(file|step)s?\\b", "$1");
  }
}
