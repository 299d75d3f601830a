// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import ml.dmlc.xgboost4j.java.DMatrix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The diff of docs/XGBOOST.md is what it says, and does what it says. */
class ExampleTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Path PAGE = Path.of("..", "docs", "XGBOOST.md");
  private static final Path SOURCES = Path.of("src", "test", "java", "io", "cairn", "xgboost4j");

  @TempDir Path folder;

  @BeforeEach
  void writeData() throws IOException {
    writeLibsvm("train.txt", 20000, 1);
    writeLibsvm("test.txt", 500, 2);
    Path config = Files.createDirectories(folder.resolve("input").resolve("config"));
    Files.writeString(
        config.resolve("hyperparameters.json"), "{\"checkpoint_every_steps\": \"10\"}");
  }

  private void writeLibsvm(String name, int rows, int seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      text.append("%f 0:%f 1:%f%n".formatted(x * y + random.nextGaussian() / 9, x, y));
    }
    Files.writeString(folder.resolve(name), text);
  }

  private ForkedJvm start(Class<?> script, String model, String classPath) throws IOException {
    return ForkedJvm.running(script)
        .classPath(classPath)
        .environment("SAGEMAKER_BASE_DIR", folder)
        .property("org.slf4j.simpleLogger.log.io.cairn", "info")
        .environment("OMP_WAIT_POLICY", "passive")
        .arguments(folder.resolve("train.txt"), folder.resolve("test.txt"), folder.resolve(model))
        .start();
  }

  private ForkedJvm start(Class<?> script, String model) throws IOException {
    return start(script, model, System.getProperty("java.class.path"));
  }

  private List<String> runToTheEnd(Class<?> script, String model) throws Exception {
    try (ForkedJvm jvm = start(script, model)) {
      assertThat(jvm.waitFor(LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return scores(jvm);
    }
  }

  /** The lines XGBoost prints for each round. */
  private static List<String> scores(ForkedJvm jvm) {
    return jvm.lines().stream()
        .filter(line -> line.contains("\ttest-rmse:"))
        .map(line -> line.substring(line.indexOf(']') + 1)) // after the time of day
        .toList();
  }

  @Test
  void theExampleKilledAndStartedAgainMakesTheModelOfTheScriptBefore() throws Exception {
    List<String> expected = runToTheEnd(StockExample.class, "stock.ubj");
    try (ForkedJvm jvm = start(Example.class, "model.ubj")) {
      jvm.awaitLine("event=committed", LONG);
      jvm.kill();
    }
    assertThat(folder.resolve("model.ubj")).doesNotExist();
    List<String> actual = runToTheEnd(Example.class, "model.ubj");
    assertThat(actual).hasSizeBetween(1, 199);
    assertThat(actual).isEqualTo(expected.subList(200 - actual.size(), 200));
    assertThat(folder.resolve("model.ubj")).hasSameBinaryContentAs(folder.resolve("stock.ubj"));
  }

  @Test
  void thePageShowsAllLinesThatDiffer() throws IOException {
    List<String> before = code("StockExample.java");
    List<String> after = code("Example.java");
    List<String> diff = diffOfThePage();
    List<String> removed = marked(diff, "-");
    List<String> added = marked(diff, "+");
    assertThat(added).hasSizeBetween(1, 2); // and the import
    assertThat(before).containsAll(removed);
    assertThat(before.stream().filter(line -> !removed.contains(line)).toList())
        .isEqualTo(after.stream().filter(line -> !added.contains(line)).toList());
    assertThat(after).containsAll(marked(diff, " "));
  }

  /** The statements of a class; the test's own package needs no import of what it tests. */
  private static List<String> code(String file) throws IOException {
    List<String> lines = Files.readAllLines(SOURCES.resolve(file));
    String main = lines.stream().filter(line -> line.contains("void main")).findFirst().get();
    return lines.subList(lines.indexOf(main), lines.size()).stream().map(String::strip).toList();
  }

  private static List<String> diffOfThePage() throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("```diff\n") + "```diff\n".length();
    return page.substring(start, page.indexOf("```", start))
        .lines()
        .filter(line -> !line.isEmpty() && !line.substring(1).startsWith("import "))
        .toList();
  }

  private static List<String> marked(List<String> diff, String mark) {
    return diff.stream()
        .filter(line -> line.startsWith(mark))
        .map(line -> line.substring(1).strip())
        .toList();
  }

  /** XGBoost itself needs it for watches only. */
  @Test
  void withoutJacksonAndWatchesTrainingNeedsNoJackson() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("jackson-databind"))
            .collect(Collectors.joining(File.pathSeparator));
    try (ForkedJvm jvm = start(NoWatches.class, "model.ubj", classPath)) {
      assertThat(jvm.waitFor(LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
    }
  }

  /** Trains on nothing but the training data. */
  static final class NoWatches {
    private NoWatches() {}

    public static void main(String[] args) throws Exception {
      var data = new DMatrix(args[0] + "?format=libsvm");
      XgboostTraining.train(data, Map.of(), 3, Map.of(), null, null);
    }
  }
}
