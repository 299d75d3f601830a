// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenDifferent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is not the snapshot's is refused, and told what differs. */
class DifferencesTest {
  @TempDir Path folder;
  private final Map<String, Object> parameters = new TreeMap<>(Recipe.HIST.parameters());

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everySteps(2))
        .whenBusy(WhenBusy.WAIT);
  }

  private Booster train(DMatrix data, Map<String, DMatrix> watches, Booster base) throws Exception {
    return XgboostTraining.train(
        data, parameters, 6, watches, null, null, null, 0, base, settings());
  }

  private DMatrix data(int rows, int seed) throws XGBoostError {
    return Samples.of(Samples.Labels.NUMBERS, rows, seed);
  }

  @BeforeEach
  void trainOnce() throws Exception {
    train(data(300, 1), Map.of(), null);
  }

  private void assertRefused(DMatrix data, Map<String, DMatrix> watches, String... differences) {
    assertThatThrownBy(() -> train(data, watches, null))
        .isInstanceOfSatisfying(
            IncompatibleSnapshotException.class,
            e -> assertThat(e.differences()).containsExactlyInAnyOrder(differences))
        .hasMessageContaining("was written by another training; nothing was changed");
  }

  @Test
  void otherParameters() throws Exception {
    parameters.put("eta", 0.5);
    parameters.put("gamma", 1);
    assertRefused(
        data(300, 1),
        Map.of(),
        "parameter eta: snapshot has '0.2', this training has '0.5'",
        "parameter gamma: snapshot has nothing, this training has '1'");
  }

  @Test
  void anotherSeed() throws Exception {
    parameters.put("seed", 7);
    assertRefused(
        data(300, 1), Map.of(), "parameter seed: snapshot has nothing, this training has '7'");
  }

  /** Which round is the best depends on it, and with early stopping when to stop. */
  @Test
  void anotherDirectionOfTheMetric() throws Exception {
    parameters.put("maximize_evaluation_metrics", true);
    assertRefused(
        data(300, 1),
        Map.of(),
        "parameter maximize_evaluation_metrics: snapshot has nothing, this training has 'true'");
  }

  @Test
  void moreRows() throws Exception {
    assertThatThrownBy(() -> train(data(301, 1), Map.of(), null))
        .hasMessageContaining("training rows: snapshot has '300', this training has '301'")
        .hasMessageContaining("training labels: snapshot has '");
  }

  @Test
  void otherLabelsOfAsManyRows() throws Exception {
    assertThatThrownBy(() -> train(data(300, 2), Map.of(), null))
        .hasMessageContaining("training labels: snapshot has '")
        .hasMessageNotContaining("training rows");
  }

  @Test
  void otherWatches() throws Exception {
    assertRefused(
        data(300, 1),
        Map.of("test", data(40, 3)),
        "watches: snapshot has '', this training has 'test'");
  }

  @Test
  void anotherBoosterToGoOnWith() throws Exception {
    Booster base = XGBoost.train(data(300, 1), parameters, 2, Map.of(), null, null);
    assertThatThrownBy(() -> train(data(300, 1), Map.of(), base))
        .hasMessageContaining("continued from: snapshot has 'nothing', this training has 'model ");
  }

  @Test
  void anObjectiveOfYourOwn() {
    assertThatThrownBy(
            () ->
                XgboostTraining.train(
                    data(300, 1), parameters, 6, Map.of(), new Own.LogLoss(), null, settings()))
        .hasMessageContaining("own objective: snapshot has 'false', this training has 'true'");
  }

  @Test
  void whatIsSaidAndHowFastMayDiffer() throws Exception {
    parameters.put("verbosity", 1);
    parameters.put("verbose_eval", 0);
    parameters.put("nthread", 1);
    assertThat(train(data(300, 1), Map.of(), null).getNumBoostedRound()).isEqualTo(6);
  }

  @Test
  void otherThreadsAreRefusedIfAskedTo() {
    parameters.put("nthread", 1);
    assertThatThrownBy(
            () ->
                XgboostTraining.train(
                    data(300, 1),
                    parameters,
                    6,
                    Map.of(),
                    null,
                    null,
                    settings().whenDifferent(WhenDifferent.REFUSE)))
        .hasMessageContaining("threads: snapshot has '2', this training has '1'");
  }

  @Test
  void aDamagedModelIsNeverGivenToXgboost() throws Exception {
    Path newest = newestData();
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 4;
    Files.write(newest, bytes);
    assertThat(train(data(300, 1), Map.of(), null).getNumBoostedRound()).isEqualTo(6);
  }

  private Path newestData() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      List<Path> data = files.filter(file -> file.toString().endsWith(".safetensors")).toList();
      return data.stream().max(Path::compareTo).orElseThrow();
    }
  }
}
