// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.testkit.CommandLineRun;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What {@code cairn export --format dl4j} makes of a snapshot is what DL4J itself would save. */
class ExportTest {
  @TempDir Path folder;

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everyEpochs(1))
        .whenBusy(WhenBusy.WAIT);
  }

  private CommandLineRun export(File file) throws Exception {
    return CommandLineRun.of(
        "export", folder.resolve("checkpoints"), "--format", "dl4j", "--output", file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"adam", "sgd", "noop", "nesterovs", "amsgrad", "batch-norm", "tbptt"})
  void ofANetworkItHasEveryBit(String name) throws Exception {
    Trainings.Training training = Trainings.of(name);
    MultiLayerNetwork network = (MultiLayerNetwork) training.network();
    Dl4jTraining.fit(network, training.data(), 2, settings());
    File file = folder.resolve("network.zip").toFile();

    assertThat(export(file)).matches(run -> run.status() == 0);

    MultiLayerNetwork loaded = ModelSerializer.restoreMultiLayerNetwork(file, true);
    assertThat(floats(loaded.params())).isEqualTo(floats(network.params()));
    assertThat(loaded.paramTable().keySet()).isEqualTo(network.paramTable().keySet());
    assertThat(loaded.getIterationCount()).isEqualTo(network.getIterationCount()).isPositive();
    assertThat(loaded.getEpochCount()).isEqualTo(2);
    INDArray rows = Trainings.test(name).next().getFeatures();
    assertThat(floats(loaded.output(rows))).isEqualTo(floats(network.output(rows)));
    requireSameEntries(file, network);
  }

  @Test
  void ofAGraphItHasEveryBit() throws Exception {
    Trainings.Training training = Trainings.of("graph");
    ComputationGraph graph = (ComputationGraph) training.network();
    Dl4jTraining.fit(graph, training.data(), 2, settings());
    File file = folder.resolve("graph.zip").toFile();

    assertThat(export(file)).matches(run -> run.status() == 0);

    requireSameEntries(file, graph);
    ComputationGraph loaded = ModelSerializer.restoreComputationGraph(file, true);
    assertThat(floats(loaded.params())).isEqualTo(floats(graph.params()));
    INDArray rows = Trainings.test("graph").next().getFeatures();
    assertThat(floats(loaded.output(rows)[0])).isEqualTo(floats(graph.output(rows)[0]));
  }

  /** ND4J's own comparison is not exact. */
  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  /** The moments are among them. */
  private void requireSameEntries(File file, Model network) throws IOException {
    File theirs = folder.resolve("theirs.zip").toFile();
    ModelSerializer.writeModel(network, theirs, true);
    Map<String, byte[]> ours = entries(file);
    assertThat(ours.keySet()).isEqualTo(entries(theirs).keySet());
    entries(theirs)
        .forEach((name, bytes) -> assertThat(text(ours.get(name))).as(name).isEqualTo(text(bytes)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static Map<String, byte[]> entries(File file) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file)) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return entries;
  }

  @Test
  void trainingGoesOnFromItWithTheSameBits() throws Exception {
    Trainings.Training training = Trainings.of("adam");
    Dl4jTraining.fit((MultiLayerNetwork) training.network(), training.data(), 2, settings());
    File file = folder.resolve("network.zip").toFile();
    export(file);
    MultiLayerNetwork network = (MultiLayerNetwork) training.network();
    MultiLayerNetwork loaded = ModelSerializer.restoreMultiLayerNetwork(file, true);

    Nd4j.getRandom().setSeed(3);
    network.fit(Trainings.test("adam"));
    Nd4j.getRandom().setSeed(3);
    loaded.fit(Trainings.test("adam"));

    assertThat(Trainings.bits(loaded)).isEqualTo(Trainings.bits(network));
  }

  @Test
  void anotherFormatIsRefusedInWords() throws Exception {
    Trainings.Training training = Trainings.of("sgd");
    Dl4jTraining.fit((MultiLayerNetwork) training.network(), training.data(), 1, settings());

    CommandLineRun run =
        CommandLineRun.of("export", folder.resolve("checkpoints"), "--format", "djl");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output())
        .startsWith("cairn: djl needs a snapshot of a DJL model by cairn-djl")
        .contains("this one has no section 'params_file', but the sections cairn, configuration,");
  }
}
