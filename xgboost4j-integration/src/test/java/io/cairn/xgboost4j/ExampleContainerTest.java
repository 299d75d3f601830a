// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cairn.rehearsal.Interruption;
import io.cairn.rehearsal.Rehearsal;
import io.cairn.rehearsal.RehearsalBuilder;
import io.cairn.rehearsal.RehearsalReport;
import io.cairn.rehearsal.SyncHabits;
import io.cairn.rehearsal.When;
import io.cairn.sagemaker.Hyperparameters;
import io.cairn.testkit.Repro;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The folder {@code docs/example-container} does what it says, as far as can be seen without AWS.
 */
class ExampleContainerTest {
  private static final Path LAUNCH = ContainerImage.SOURCE.resolve("launch.py");
  private static final Path OBSERVING = Path.of("..", "docs", "OBSERVING.md");

  @TempDir Path folder;

  private RehearsalBuilder container() throws IOException {
    ContainerImage image = ContainerImage.build(folder);
    List<String> command = new ArrayList<>(image.entryPoint());
    command.add("train"); // as SageMaker does
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    return Rehearsal.of(command)
        .folder(folder.resolve("rehearsal"))
        .workingFolder(image.workingFolder())
        .environment("PATH", java + File.pathSeparator + System.getenv("PATH"))
        .environment("OMP_WAIT_POLICY", "passive")
        .channel("train", data("train", 20_000))
        .channel("validation", data("validation", 500))
        .hyperparameter("rounds", "600")
        .hyperparameter("checkpoint_every_steps", "10")
        .hyperparameter("checkpoint_keep_last", "2")
        .hyperparameter("checkpoint_when_busy", "wait")
        .sync(SyncHabits.USUAL.withDelay(Duration.ofMillis(50)))
        .limit(Duration.ofMinutes(3))
        .seed(Repro.random("container").nextLong());
  }

  private Path data(String channel, int rows) throws IOException {
    Random random = new Random(rows);
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < rows; row++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      text.append("%f 0:%f 1:%f%n".formatted(x * y + random.nextGaussian() / 9, x, y));
    }
    Path data = Files.createDirectories(folder.resolve("data").resolve(channel));
    Files.writeString(data.resolve(channel + ".libsvm"), text);
    return data;
  }

  @Test
  void theEntryPointSurvivesAndItsMetricsAreFound() throws Exception {
    RehearsalReport report = container().compare().run().requireSurvived();

    assertThat(report.comparison().orElseThrow().compared()).contains("model/model.ubj");
    List<String> lines = logLines(report.folder().resolve("logs"));
    Map<String, String> definitions = metricDefinitions(LAUNCH);
    assertThat(definitions).hasSizeGreaterThan(5);
    Map<String, String> known = metricDefinitions(OBSERVING);
    definitions.forEach(
        (name, regex) -> {
          if (name.startsWith("cairn:")) {
            assertThat(known).containsEntry(name, regex);
          }
          if (!name.equals("cairn:failures_in_a_row")) { // no save fails here
            assertThat(lines).as(name).anyMatch(line -> isNumberIn(line, regex));
          }
        });
  }

  private static boolean isNumberIn(String line, String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(line);
    return matcher.find() && Double.parseDouble(matcher.group(1)) >= 0;
  }

  private static List<String> logLines(Path logs) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(logs)) {
      for (Path file : files.toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }

  private static Map<String, String> metricDefinitions(Path file) throws IOException {
    Map<String, String> definitions = new LinkedHashMap<>();
    Matcher matcher =
        Pattern.compile("\\{\"Name\": \"([^\"]+)\", \"Regex\": \"([^\"]+)\"\\}")
            .matcher(Files.readString(file));
    while (matcher.find()) {
      definitions.put(matcher.group(1), matcher.group(2));
    }
    return definitions;
  }

  @Test
  void theEntryPointGetsSigtermItselfAndLeavesNoUnfinishedModel() throws Exception {
    List<List<String>> models = new ArrayList<>();
    RehearsalReport report =
        container()
            .hyperparameter("checkpoint_every_steps", "100000")
            .sync(SyncHabits.USUAL.withDelay(Duration.ofMillis(50)).draining())
            .interrupt(Interruption.terminate(When.atLine("validation-rmse")))
            .listener(attempt -> models.add(filesOfTheModel()))
            .run()
            .requireSurvived();

    assertThat(report.attempts().get(0).why())
        .as("%s", report.lines())
        .startsWith("SIGTERM at a line like 'validation-rmse', and it ended within ")
        .endsWith(" with status 0");
    assertThat(models).containsExactly(List.of(), List.of("model.ubj"));
    assertThat(logLines(report.folder().resolve("logs")))
        .containsOnlyOnce("Asked to stop: there is no model yet, the next start goes on");
  }

  private List<String> filesOfTheModel() {
    String[] names = folder.resolve("rehearsal/hosts/algo-1/model").toFile().list();
    return List.of(names);
  }

  @Test
  void theEntryPointIsNoShell() throws Exception {
    assertThat(ContainerImage.build(folder).entryPoint().get(0)).isEqualTo("java");
  }

  @Test
  void theHyperparametersOfTheEstimatorAreReal() throws Exception {
    Matcher matcher =
        Pattern.compile("\"(checkpoint_\\w+)\": \"?(\\w+)\"?,").matcher(Files.readString(LAUNCH));
    TreeMap<String, String> set = new TreeMap<>();
    while (matcher.find()) {
      set.put(matcher.group(1), matcher.group(2));
    }
    List<String> problems = new ArrayList<>();
    Hyperparameters.read(set, problems);
    assertThat(set).hasSizeGreaterThan(2);
    assertThat(problems).isEmpty();
  }

  @Test
  void theEstimatorIsPython() throws Exception {
    Process python;
    try {
      python =
          new ProcessBuilder(
                  "python3",
                  "-c",
                  "import ast,sys; ast.parse(open(sys.argv[1]).read())",
                  LAUNCH.toString())
              .inheritIO()
              .start();
    } catch (IOException e) {
      assumeTrue(false, "There is no Python here");
      return;
    }
    assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(python.exitValue()).isZero();
    assertThat(Files.readString(LAUNCH))
        .contains("use_spot_instances=True", "max_wait=", "max_run=")
        .containsPattern("checkpoint_s3_uri=f\"s3://\\{BUCKET\\}/[^\"]+/\"");
  }

  @Test
  void thePolicyNamesWhatTheEstimatorUses() throws Exception {
    JsonNode policy =
        new ObjectMapper().readTree(ContainerImage.SOURCE.resolve("policy.json").toFile());
    List<String> actions = new ArrayList<>();
    for (JsonNode statement : policy.get("Statement")) {
      assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
      statement.get("Action").forEach(action -> actions.add(action.asText()));
      if (statement.get("Action").isTextual()) {
        actions.add(statement.get("Action").asText());
      }
    }
    assertThat(actions)
        .contains("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:DeleteObject")
        .noneMatch(action -> action.contains("*"));
  }

  @Test
  void theVersionsAreThoseOfTheBuild() throws Exception {
    String pom = Files.readString(ContainerImage.SOURCE.resolve("pom.xml"));
    String parent = Files.readString(Path.of("..", "pom.xml"));
    for (String property : List.of("xgboost", "jackson", "slf4j")) {
      Matcher version = Pattern.compile("<dep." + property + ".version>([^<]+)<").matcher(parent);
      assertThat(version.find()).isTrue();
      assertThat(pom).contains("<version>" + version.group(1) + "</version>");
    }
    Matcher own =
        Pattern.compile("<artifactId>cairn</artifactId>\\s*<version>([^<]+)<").matcher(parent);
    assertThat(own.find()).isTrue();
    Matcher compiler =
        Pattern.compile("maven-compiler-plugin</artifactId>\\s*<version>([^<]+)<").matcher(parent);
    assertThat(compiler.find()).isTrue();
    assertThat(pom).contains("maven-compiler-plugin</artifactId>", compiler.group(1));
    assertThat(pom).contains("<version>" + own.group(1) + "</version>");
  }
}
