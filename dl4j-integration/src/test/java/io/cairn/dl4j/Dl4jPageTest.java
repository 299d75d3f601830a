// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/DL4J.md are scripts, and these do what the page says. */
class Dl4jPageTest {
  private static final Path PAGE = Path.of("..", "docs", "DL4J.md");
  private static final Path SOURCES = Path.of("src", "test", "java", "io", "cairn", "dl4j");

  /** Two changed lines are one taken away and one added. */
  private static final int MOST_ADDED = 3;

  @TempDir Path folder;

  private static List<String> diffs() throws Exception {
    return blocks("diff");
  }

  private static List<String> blocks(String language) throws Exception {
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(PAGE));
    List<String> found = new ArrayList<>();
    while (blocks.find()) {
      found.add(blocks.group(1));
    }
    return found;
  }

  /** The lines of one side of a diff. */
  private static String side(String diff, String sign) {
    return diff.lines()
        .filter(line -> line.startsWith(" ") || line.startsWith(sign))
        .map(line -> line.substring(1))
        .collect(Collectors.joining("\n"));
  }

  private static String example(String script) throws Exception {
    String source = Files.readString(SOURCES.resolve(script + ".java"));
    return source
        .substring(source.indexOf("// example\n") + 11, source.indexOf("    // end"))
        .stripTrailing()
        .stripIndent();
  }

  @Test
  void theDiffsAreBetweenTheScriptsAndChangeAtMostThreeLines() throws Exception {
    List<String> diffs = diffs();
    assertThat(diffs).hasSize(2);
    assertThat(side(diffs.get(0), "-")).isEqualTo(example("StockFit"));
    assertThat(side(diffs.get(0), "+")).isEqualTo(example("CheckpointedFit"));
    assertThat(side(diffs.get(1), "-")).isEqualTo(example("StockLoop"));
    assertThat(side(diffs.get(1), "+")).isEqualTo(example("CheckpointedLoop"));
    assertThat(diffs)
        .allSatisfy(
            diff ->
                assertThat(diff.lines().filter(line -> line.startsWith("+")).count())
                    .isLessThanOrEqualTo(MOST_ADDED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Fit", "Loop"})
  void theCheckpointedScriptIsKilledAndEndsAsTheStockScript(String kind) throws Exception {
    try (ForkedJvm jvm = script("Checkpointed" + kind)) {
      jvm.awaitLine("Score at iteration 70 is", Scripts.LONG);
      jvm.kill();
      assertThat(bits(jvm)).isEmpty();
    }
    List<String> resumed = end("Checkpointed" + kind);
    assertThat(resumed).hasSize(1).isEqualTo(end("Stock" + kind));
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      assertThat(files).isNotEmpty();
    }
  }

  @Test
  void theCodeForAStopIsThatOfTheScripts() throws Exception {
    assertThat(blocks("java").stream().map(String::stripTrailing))
        .contains(example("StoppedFit"), example("StoppedLoop"));
  }

  @ParameterizedTest
  @CsvSource({"StoppedFit, 0, Fit", "StoppedLoop, 0, Loop", "CheckpointedLoop, 1, Loop"})
  void aScriptThatIsAskedToStopHandsOnNoUnfinishedNetwork(String name, int status, String stock)
      throws Exception {
    try (ForkedJvm jvm = script(name)) {
      jvm.awaitLine("Score at iteration 30 is", Scripts.LONG);
      jvm.terminate();
      assertThat(jvm.waitFor(Scripts.LONG))
          .as(() -> String.join("\n", jvm.lines()))
          .isEqualTo(status);
      assertThat(bits(jvm)).isEmpty();
    }
    assertThat(end(name)).hasSize(1).isEqualTo(end("Stock" + stock));
  }

  private ForkedJvm script(String name) throws Exception {
    return Scripts.jvm(Class.forName("io.cairn.dl4j." + name))
        .environment("SAGEMAKER_BASE_DIR", folder)
        .property("org.slf4j.simpleLogger.defaultLogLevel", "info")
        .start();
  }

  private List<String> end(String name) throws Exception {
    try (ForkedJvm jvm = script(name)) {
      assertThat(jvm.waitFor(Scripts.LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return bits(jvm);
    }
  }

  private static List<String> bits(ForkedJvm jvm) {
    return jvm.lines().stream().filter(line -> line.startsWith("bits ")).toList();
  }
}
