// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import ai.djl.util.Pair;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.djl.tasks.Task;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.testkit.CommandLineRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code cairn export --format djl} makes of a snapshot is what DJL itself would save. */
class ExportTest {
  @TempDir Path folder;

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everyEpochs(1))
        .whenBusy(WhenBusy.WAIT);
  }

  private CommandLineRun export(Path file) throws Exception {
    Object[] arguments = {
      "export", folder.resolve("checkpoints"), "--format", "djl", "--output", file
    };
    return CommandLineRun.of(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"attention", "classification", "detection", "recurrence", "segmentation"})
  void itHasEveryBit(String name) throws Exception {
    Path ours = Files.createDirectory(folder.resolve("ours"));
    Path theirs = Files.createDirectory(folder.resolve("theirs"));
    try (TaskTraining training = new TaskTraining(name)) {
      training.train(2, settings());
      training.model().setProperty("Epoch", "2");
      training.model().save(theirs, name);

      CommandLineRun run = export(ours.resolve(name + "-0002.params"));
      assertThat(run.status()).as(run.output()).isZero();

      assertThat(ours.resolve(name + "-0002.params"))
          .hasSameBinaryContentAs(theirs.resolve(name + "-0002.params"));
      requireSameModel(name, ours, training.model());
    }
  }

  private static void requireSameModel(String name, Path ours, Model trained) throws Exception {
    Task task = TaskTraining.TASKS.get(name).get();
    try (Model loaded = Model.newInstance(name)) {
      loaded.setBlock(task.network());
      loaded.load(ours);
      assertThat(loaded.getProperty("Epoch")).isEqualTo("2");
      var expected = trained.getBlock().getParameters().iterator();
      for (Pair<String, Parameter> parameter : loaded.getBlock().getParameters()) {
        Pair<String, Parameter> theirs = expected.next();
        assertThat(parameter.getKey()).isEqualTo(theirs.getKey());
        assertThat(parameter.getValue().getArray().toByteArray())
            .as(parameter.getKey())
            .isEqualTo(theirs.getValue().getArray().toByteArray());
      }
      try (NDManager manager = NDManager.newBaseManager();
          NDList batch = firstRows(task, manager);
          NDList outputs = predict(loaded.getBlock(), manager, batch);
          NDList same = predict(trained.getBlock(), manager, batch)) {
        for (int i = 0; i < outputs.size(); i++) {
          assertThat(outputs.get(i).toByteArray()).isEqualTo(same.get(i).toByteArray());
        }
      }
    }
  }

  private static NDList firstRows(Task task, NDManager manager) throws Exception {
    return task.data(manager, Task.BATCH, 3, false).getData(manager).iterator().next().getData();
  }

  private static NDList predict(Block block, NDManager manager, NDList batch) {
    return block.forward(new ParameterStore(manager, false), batch, false);
  }

  @Test
  void ofTrainersThatAreTrainedTogetherOneIsChosen() throws Exception {
    new Script(GanTraining.class, folder).runToTheEnd();
    Path file = folder.resolve("generator-0003.params");

    CommandLineRun run =
        CommandLineRun.of(
            "export",
            folder.resolve("checkpoints"),
            "--format",
            "djl",
            "--trainer",
            "generator",
            "--output",
            file);

    assertThat(run.status()).as(run.output()).isZero();
    try (Model loaded = Model.newInstance("generator")) {
      loaded.setBlock(GanTraining.generatorBlock());
      loaded.load(folder);
      assertThat(loaded.getProperty("Epoch")).isEqualTo("3");
    }
  }

  @Test
  void theNamesOfArraysAreAsTheyWere() {
    try (TaskTraining training = new TaskTraining("classification")) {
      NDArray first = training.model().getBlock().getParameters().get(0).getValue().getArray();
      String before = first.getName();
      training.snapshot();
      assertThat(first.getName()).isEqualTo(before);
    }
  }

  @Test
  void anotherFormatIsRefusedInWords() throws Exception {
    try (TaskTraining training = new TaskTraining("recurrence")) {
      training.train(1, settings());
    }

    CommandLineRun run =
        CommandLineRun.of("export", folder.resolve("checkpoints"), "--format", "dl4j");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output())
        .startsWith("cairn: dl4j needs a snapshot of a MultiLayerNetwork or ComputationGraph")
        .contains("this one has no section 'configuration', but the sections cairn, data");
  }
}
