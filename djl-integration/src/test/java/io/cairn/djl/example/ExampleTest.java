// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of {@code docs/DJL.md}: the page says what they are, and they do what it says. */
class ExampleTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Path PAGE = Path.of("..", "docs", "DJL.md");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(classes = {FitExample.class, LoopExample.class})
  void isKilledAndGoesOnWithTheSameBits(Class<?> example) throws Exception {
    try (ForkedJvm killed = start(example, "killed")) {
      killed.awaitLine("event=committed", LONG);
      killed.kill();
    }
    List<String> resumed = finish(example, "killed");
    List<String> undisturbed = finish(example, "undisturbed");

    assertThat(resumed).anyMatch(line -> line.matches(".*event=restored .* step=[1-9].*"));
    assertThat(weights(resumed)).isEqualTo(weights(undisturbed));
  }

  private List<String> finish(Class<?> example, String base) throws Exception {
    try (ForkedJvm jvm = start(example, base)) {
      assertThat(jvm.waitFor(LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return jvm.lines();
    }
  }

  private ForkedJvm start(Class<?> example, String base) throws IOException {
    ForkedJvm.Builder jvm =
        ForkedJvm.running(example)
            .environment("SAGEMAKER_BASE_DIR", folder.resolve(base))
            .property("disableProgressBar", true)
            .jvmArgument("-Xmx256m");
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("ai.djl.") || name.startsWith("DJL_") || name.startsWith("OPT_")) {
        jvm.property(name, System.getProperty(name));
      }
    }
    return jvm.start();
  }

  private static List<String> weights(List<String> lines) {
    List<String> found = lines.stream().filter(line -> line.startsWith("weights ")).toList();
    assertThat(found).hasSize(1);
    return found;
  }

  @ParameterizedTest
  @ValueSource(classes = {FitExample.class, LoopExample.class})
  void isTheStockScriptWithWhatThePageShows(Class<?> example) throws IOException {
    String name = example.getSimpleName();
    List<String> lines = code(StockExample.class);
    for (List<String> hunk : hunks(name)) {
      apply(hunk, lines);
    }
    lines.replaceAll(line -> line.replace("StockExample", name));
    assertThat(lines).isEqualTo(code(example));
  }

  /** Without comments and imports, and the formatter's line breaks. */
  private static List<String> code(Class<?> type) throws IOException {
    Path file = Path.of("src", "test", "java").resolve(type.getName().replace('.', '/') + ".java");
    String source =
        Files.readString(file)
            .replaceAll("(?m)^(import|//|/\\*\\*| +/\\*\\*).*\\n", "")
            .replaceAll("\\(\\n +", "(")
            .replaceAll(",\\n +", ", ");
    return new ArrayList<>(source.lines().map(String::strip).filter(l -> !l.isEmpty()).toList());
  }

  /** The pieces of the diff below the line that names the example. */
  private static List<List<String>> hunks(String example) throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf("```diff\n", page.indexOf(example)) + "```diff\n".length();
    String diff = page.substring(begin, page.indexOf("```", begin));
    List<List<String>> hunks = new ArrayList<>();
    for (String hunk : diff.split("(?m)^ *\\.\\.\\.\\n", -1)) {
      hunks.add(hunk.lines().toList());
    }
    return hunks;
  }

  private static void apply(List<String> hunk, List<String> lines) {
    List<String> before = side(hunk, '+');
    int at = Collections.indexOfSubList(lines, before);
    assertThat(at).as("%s is in the stock script", before).isNotNegative();
    List<String> replaced = lines.subList(at, at + before.size());
    replaced.clear();
    replaced.addAll(side(hunk, '-'));
  }

  private static List<String> side(List<String> hunk, char left) {
    return hunk.stream()
        .filter(line -> !line.isBlank() && line.charAt(0) != left)
        .map(line -> line.substring(1).strip())
        .toList();
  }
}
