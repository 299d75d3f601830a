// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What XGBoost.train does, and what it does not: to go on where it stopped. */
class DropInTest {
  @TempDir Path folder;

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everySteps(3))
        .whenBusy(WhenBusy.WAIT);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"NO_SAMPLING", "NO_SAMPLING_APPROX", "NO_SAMPLING_EXACT", "LINEAR", "LINEAR_GREEDY"})
  void trainsWhatXgboostTrainsWithoutSampling(Recipe recipe) throws Exception {
    assertThat(recipe.train(settings())).isEqualTo(recipe.trainByXgboost());
  }

  @ParameterizedTest
  @EnumSource
  void snapshotsDoNotChangeTheTraining(Recipe recipe) throws Exception {
    assertThat(recipe.train(settings()).equals(Scripts.uninterrupted(recipe))).isTrue();
  }

  @Test
  void stopsEarlyByTheSameRules() throws Exception {
    for (String maximize : new String[] {"true", "false"}) {
      DMatrix data = Recipe.NO_SAMPLING.trainingData();
      Map<String, DMatrix> watches = Recipe.NO_SAMPLING.watches(data);
      Map<String, Object> parameters = Recipe.NO_SAMPLING.parameters();
      parameters.put("eta", "0.9");
      parameters.put("maximize_evaluation_metrics", maximize);
      float[][] theirs = new float[2][50];
      float[][] ours = new float[2][50];
      Booster expected = XGBoost.train(data, parameters, 50, watches, theirs, null, null, 4);
      Booster actual =
          XgboostTraining.train(
              data,
              parameters,
              50,
              watches,
              ours,
              null,
              null,
              4,
              null,
              settings().run("maximize-" + maximize));
      assertThat(actual.getNumBoostedRound()).isLessThan(50);
      assertThat(Recipe.end(actual, ours)).isEqualTo(Recipe.end(expected, theirs));
    }
  }

  @Test
  void aTrainingThatStoppedEarlyStaysStopped() throws Exception {
    CheckpointerBuilder settings = settings().savePolicy(SavePolicy.atEnd());
    String first = Recipe.EARLY_STOPPING.train(settings);
    assertThat(first).contains("best_iteration").doesNotContain("rounds 24");
    assertThat(Recipe.EARLY_STOPPING.train(settings)).isEqualTo(first);
  }

  @Test
  void scoresOfEarlierRoundsComeBack() throws Exception {
    Recipe.HIST.train(settings(), 12, 0);
    assertThat(Recipe.HIST.train(settings(), Recipe.ROUNDS, 0))
        .isEqualTo(Scripts.uninterrupted(Recipe.HIST));
  }

  @Test
  void moreRoundsThanBeforeGoOn() throws Exception {
    Recipe.DART.train(settings().savePolicy(SavePolicy.atEnd()), 10, 0);
    assertThat(Recipe.DART.train(settings())).isEqualTo(Scripts.uninterrupted(Recipe.DART));
  }

  @Test
  void fewerRoundsThanBeforeLeaveTheBoosterAsItIs() throws Exception {
    Recipe.HIST.train(settings());
    String end = Recipe.HIST.train(settings(), 5, 0);
    assertThat(end).contains("rounds 24");
  }

  @Test
  void goesOnWithABoosterThatWasGivenWithoutTouchingIt() throws Exception {
    DMatrix data = Recipe.NO_SAMPLING.trainingData();
    Map<String, Object> parameters = Recipe.NO_SAMPLING.parameters();
    Map<String, DMatrix> watches = new LinkedHashMap<>();
    Booster base = XGBoost.train(data, parameters, 6, watches, null, null);
    byte[] model = base.toByteArray("ubj");
    Booster expected =
        XGBoost.train(data, parameters, 9, watches, null, null, null, 0, XGBoost.loadModel(model));

    train(data, parameters, 4, XGBoost.loadModel(model));
    Booster given = XGBoost.loadModel(model);
    Booster resumed = train(data, parameters, 9, given);

    assertThat(text(resumed)).isEqualTo(text(expected));
    assertThat(resumed.getNumBoostedRound()).isEqualTo(15);
    assertThat(given.toByteArray("ubj")).isEqualTo(model);
  }

  @Test
  void aBoosterThatWasStoppedIsFinishedWhenItsTrainingIs() throws Exception {
    DMatrix data = Recipe.NO_SAMPLING.trainingData();
    Map<String, Object> parameters = Recipe.NO_SAMPLING.parameters();
    Booster stopped = XGBoost.train(data, parameters, 2, Map.of(), null, null);
    UnfinishedBoosters.add(stopped);
    assertThat(XgboostTraining.isUnfinished(stopped)).isTrue();
    assertThat(XgboostTraining.isUnfinished(train(data, parameters, 3, stopped))).isFalse();
  }

  /** XGBoost keeps those of the booster given beside its model, where no snapshot can have them. */
  @ParameterizedTest
  @ValueSource(strings = {"hist", "exact", "approx"})
  void theParametersOfABoosterThatWasGivenHoldInNoAttempt(String method) throws Exception {
    DMatrix data = Recipe.NO_SAMPLING.trainingData();
    Map<String, Object> before =
        Map.of("max_depth", 2, "eta", 0.1, "tree_method", method, "nthread", 1);
    Map<String, Object> parameters = Map.of("lambda", 2, "nthread", 1);
    Booster base = XGBoost.train(data, before, 4, Map.of(), null, null);
    byte[] model = base.toByteArray("ubj");
    Booster fresh = XGBoost.loadModel(model);
    Booster expected = XGBoost.train(data, parameters, 6, Map.of(), null, null, null, 0, fresh);

    Booster uninterrupted =
        XgboostTraining.train(
            data, parameters, 6, Map.of(), null, null, null, 0, base, NoSnapshots.settings());
    train(data, parameters, 3, base);
    Booster resumed = train(data, parameters, 6, base);

    assertThat(text(uninterrupted)).isEqualTo(text(expected));
    assertThat(text(resumed)).isEqualTo(text(expected));
    assertThat(base.toByteArray("ubj")).isEqualTo(model);
  }

  @Test
  void theKindOfABoosterThatWasGivenHolds() throws Exception {
    DMatrix data = Recipe.LINEAR.trainingData();
    Map<String, Object> linear = Recipe.LINEAR.parameters();
    Booster base = XGBoost.train(data, linear, 2, Map.of(), null, null);
    Map<String, Object> unsaid = Map.of("tolerance", 0.1, "updater", "coord_descent");

    assertThat(Parameters.goingOnWith(base, unsaid).whatIsNotExact())
        .singleElement()
        .asString()
        .startsWith("With booster=gblinear and tolerance=0.1 a training that is resumed");
    Booster trees = XGBoost.train(data, Map.of("nthread", 1), 2, Map.of(), null, null);
    assertThat(Parameters.goingOnWith(trees, unsaid).whatIsNotExact()).isEmpty();
  }

  private Booster train(DMatrix data, Map<String, Object> parameters, int rounds, Booster base)
      throws Exception {
    return XgboostTraining.train(
        data, parameters, rounds, Map.of(), null, null, null, 0, base, settings());
  }

  private static String text(Booster booster) throws Exception {
    return new String(booster.toByteArray("json"), StandardCharsets.UTF_8);
  }

  @Test
  void aLoopOfYourOwnIsAsExact() throws Exception {
    Map<String, Object> parameters = new TreeMap<>(Recipe.APPROX.parameters());
    byte[] expected = ownLoop(Recipe.ROUNDS, parameters, NoSnapshots.settings());
    ownLoop(13, parameters, settings());
    assertThat(ownLoop(Recipe.ROUNDS, parameters, settings())).isEqualTo(expected);
    assertThat(Arrays.equals(ownLoop(13, parameters, NoSnapshots.settings()), expected)).isFalse();
  }

  private static byte[] ownLoop(
      int rounds, Map<String, Object> parameters, CheckpointerBuilder settings) throws Exception {
    DMatrix data = Recipe.APPROX.trainingData();
    try (XgboostCheckpointer checkpoints = XgboostCheckpointer.open(data, parameters, settings)) {
      Booster booster = checkpoints.booster();
      while (checkpoints.round() < rounds && !checkpoints.isStopRequested()) {
        booster.update(data, checkpoints.round());
        booster.setAttr("last", String.valueOf(checkpoints.round()));
        checkpoints.afterRound(Map.of("round", (double) checkpoints.round()));
      }
      checkpoints.finish();
      return booster.toByteArray("ubj");
    }
  }
}
