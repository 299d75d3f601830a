// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerConfigTest {
  private final List<String> problems = new ArrayList<>();

  @TempDir Path base;
  private ContainerFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = ContainerFolder.in(base);
  }

  @Test
  void outsideOfAContainerAllIsEmpty() {
    ContainerConfig config = read();

    assertThat(config.hyperparameters()).isEmpty();
    assertThat(config.resources()).isEmpty();
    assertThat(config.checkpointFolder()).isEmpty();
    assertThat(config.jobName()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void theJobIsNamedByTheEnvironment() {
    assertThat(jobNamed("mnist-1")).contains("mnist-1");
    assertThat(jobNamed(" ")).isEmpty();
  }

  private Optional<String> jobNamed(String name) {
    Map<String, String> environment = Map.of("TRAINING_JOB_NAME", name);
    return ContainerConfig.read(folder.paths(), environment, problems).jobName();
  }

  @Test
  void hyperparametersLoseTheQuotesOfEverySdk() throws IOException {
    folder.hyperparameters(
        """
        {"raw": "adam", "json": "\\"adam\\"", "twice": "\\"\\\\\\"adam\\\\\\"\\"",
         "number": "10", "quoted_number": "\\"10\\"", "bare": 10, "bool": true, "none": null,
         "list": "[1, 2]", "half": "\\"adam", "words": "\\"a\\" or \\"b\\"", "quote": "\\""}
        """);

    assertThat(read().hyperparameters())
        .containsEntry("raw", "adam")
        .containsEntry("json", "adam")
        .containsEntry("twice", "adam")
        .containsEntry("number", "10")
        .containsEntry("quoted_number", "10")
        .containsEntry("bare", "10")
        .containsEntry("bool", "true")
        .doesNotContainKey("none")
        .containsEntry("list", "[1, 2]")
        .containsEntry("half", "\"adam")
        .containsEntry("words", "\"a\" or \"b\"")
        .containsEntry("quote", "\"");
    assertThat(problems).isEmpty();
  }

  @Test
  void aByteOrderMarkIsPassedOver() throws IOException {
    folder.hyperparameters("\uFEFF{\"a\": \"1\"}");

    assertThat(read().hyperparameters()).containsEntry("a", "1");
    assertThat(problems).isEmpty();
  }

  @Test
  void theCurrentResourceConfigIsRead() throws IOException {
    folder.resourceConfig(
        """
        {"current_group_name":"homogeneousCluster","current_host":"algo-1",
         "current_instance_type":"ml.c5.xlarge","hosts":["algo-1"],
         "instance_groups":[{"hosts":["algo-1"],"instance_group_name":"homogeneousCluster",
           "instance_type":"ml.c5.xlarge"}],
         "network_interface_name":"eth0","topology":null}
        """);

    assertThat(read().resources())
        .contains(
            new ResourceConfig(
                "algo-1",
                List.of("algo-1"),
                Optional.of("homogeneousCluster"),
                Map.of("homogeneousCluster", List.of("algo-1"))));
    assertThat(problems).isEmpty();
  }

  @Test
  void theResourceConfigOf2018IsRead() throws IOException {
    folder.resourceConfig(
        """
        {"current_host":"algo-2","hosts":["algo-1","algo-2"],"network_interface_name":"ethwe"}
        """);

    ResourceConfig resources = read().resources().orElseThrow();

    assertThat(resources.currentHost()).isEqualTo("algo-2");
    assertThat(resources.trainingHosts()).containsExactly("algo-1", "algo-2");
    assertThat(problems).isEmpty();
  }

  @Test
  void unknownFormsOfOptionalMembersAreLeftAside() throws IOException {
    folder.resourceConfig(
        """
        {"current_host":"algo-1","hosts":["algo-1","algo-2"],"current_group_name":7,
         "instance_groups":[null,{"instance_group_name":"g"},{"hosts":[1]}],
         "topology":[{"hostName":"algo-1","capacityUnitId":"u"}]}
        """);

    assertThat(read().resources().orElseThrow().trainingHosts())
        .containsExactly("algo-1", "algo-2");
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"current_host\":\"algo-1\"}",
        "{\"hosts\":[\"algo-1\"]}",
        "{\"current_host\":null,\"hosts\":[\"algo-1\"]}",
        "{\"current_host\":\"algo-1\",\"hosts\":[]}",
        "{\"current_host\":\"algo-1\",\"hosts\":[[\"algo-1\"]]}"
      })
  void aResourceConfigWithoutHostsIsAProblem(String json) throws IOException {
    folder.resourceConfig(json);

    assertThat(read().resources()).isEmpty();
    assertThat(problems)
        .containsExactly(
            folder.paths().resourceConfig()
                + " must hold current_host, a text, and hosts, a list of texts");
  }

  @Test
  void aHostThatIsNotAmongTheHostsIsAProblem() throws IOException {
    folder.resourceConfig("{\"current_host\":\"algo-3\",\"hosts\":[\"algo-1\",\"algo-2\"]}");

    assertThat(read().resources()).isEmpty();
    assertThat(problems)
        .containsExactly(
            folder.paths().resourceConfig()
                + ": current_host 'algo-3' is not among hosts [algo-1, algo-2]");
  }

  @Test
  void theCheckpointFolderIsTheConfiguredOne() throws IOException {
    folder.checkpointConfig("{\"LocalPath\": \"/my/checkpoints\", \"S3Uri\": \"s3://b/p/\"}");

    assertThat(read().checkpointFolder()).contains(Path.of("/my/checkpoints"));
  }

  @Test
  void aCheckpointConfigWithoutPathMeansTheUsualFolder() throws IOException {
    folder.checkpointConfig("{}");

    assertThat(read().checkpointFolder()).contains(base.resolve("checkpoints"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "[\"/a\"]", "\"a\\u0000b\"", "{\"long\": [1,2,3,4,5,6,7]}"})
  void aCheckpointPathThatIsNoneIsAProblem(String path) throws IOException {
    folder.checkpointConfig("{\"LocalPath\": " + path + "}");

    assertThat(read().checkpointFolder()).isEmpty();
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith(folder.paths().checkpointConfig() + ": LocalPath must be a path, but is '");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "\"text\"",
        "{\"a\": \"1\"} {}",
        "{\"a\": \"1\", \"a\": \"2\"}",
        "{\"a\": NaN}",
        "{'a': 1}"
      })
  void aMalformedFileIsOneProblemThatNamesIt(String text) throws IOException {
    folder.hyperparameters(text);

    assertThat(read().hyperparameters()).isEmpty();
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith(folder.paths().hyperparameters() + " cannot be used: ")
        .doesNotContain("\n");
  }

  @Test
  void aProblemSaysWhatIsWrongAndWhere() throws IOException {
    folder.hyperparameters("{\"a\": \"1\",\n \"a\": \"2\"}");
    folder.checkpointConfig("[]");

    read();

    assertThat(problems)
        .containsExactly(
            folder.paths().hyperparameters()
                + " cannot be used: Duplicate field 'a' (line 2, column 5)",
            folder.paths().checkpointConfig()
                + " cannot be used: expected an object in {}, found another value");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    folder.hyperparameters("{\"a\":" + "[".repeat(100_000));

    read();

    assertThat(problems).singleElement().asString().contains("nesting depth");
  }

  @Test
  void otherBytesThanUtf8AreAProblem() throws IOException {
    folder.hyperparameters("{}");
    Files.write(folder.paths().hyperparameters(), "{\"a\": \"é\"}".getBytes(ISO_8859_1));

    read();

    assertThat(problems)
        .containsExactly(
            folder.paths().hyperparameters() + " cannot be used: its bytes are not UTF-8");
  }

  /** Read whole, it would not fit into the tests' heap. */
  @Test
  void aHugeFileIsRefusedWithoutReadingItAll() throws IOException {
    folder.hyperparameters("{}");
    try (var file = new RandomAccessFile(folder.paths().hyperparameters().toFile(), "rw")) {
      file.setLength(1L << 30);
    }

    read();

    assertThat(problems)
        .containsExactly(
            folder.paths().hyperparameters()
                + " cannot be used: expected at most 4194304 bytes, found more");
  }

  @Test
  void aFolderInPlaceOfAFileIsAProblem() throws IOException {
    Files.createDirectories(folder.paths().hyperparameters());

    read();

    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith(folder.paths().hyperparameters() + " cannot be used: ");
  }

  @Test
  void aFileThatCannotBeReachedIsAProblemWithItsReason() throws IOException {
    ContainerPaths below = new ContainerPaths(Files.createFile(base.resolve("file")));

    ContainerConfig.read(below, Map.of(), problems);

    assertThat(problems)
        .hasSize(3)
        .contains(below.hyperparameters() + " cannot be read: Not a directory");
  }

  @Test
  void problemsOfAllFilesAreCollected() throws IOException {
    folder.hyperparameters("?").resourceConfig("?").checkpointConfig("?");

    read();

    assertThat(problems).hasSize(3);
  }

  private ContainerConfig read() {
    return ContainerConfig.read(folder.paths(), Map.of(), problems);
  }
}
