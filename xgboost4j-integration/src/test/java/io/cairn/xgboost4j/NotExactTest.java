// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where XGBoost makes the same bits impossible: how close a resumed training comes. */
class NotExactTest {
  private static final int ROWS = 3000;
  private static final int ROUNDS = 20;
  private static final int SEEDS = 8;

  @TempDir Path folder;

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everySteps(5))
        .whenBusy(WhenBusy.WAIT);
  }

  private float score(
      Samples.Labels labels,
      Map<String, Object> parameters,
      int rounds,
      CheckpointerBuilder settings)
      throws Exception {
    DMatrix data = Samples.of(labels, ROWS, 1);
    float[][] metrics = new float[1][ROUNDS];
    Booster booster =
        XgboostTraining.train(
            data,
            parameters,
            rounds,
            Map.of("test", Samples.of(labels, ROWS, 2)),
            metrics,
            null,
            null,
            0,
            null,
            settings);
    assertThat(booster.getNumBoostedRound()).isEqualTo(rounds);
    return metrics[0][rounds - 1];
  }

  private float resumed(Samples.Labels labels, Map<String, Object> parameters, String run)
      throws Exception {
    score(labels, parameters, ROUNDS / 2, settings().run(run));
    return score(labels, parameters, ROUNDS, settings().run(run));
  }

  /** Its position biases begin again, which matters no more than another seed does. */
  @Test
  void rankingThatLearnsPositionBiasEndsAsCloseAsWithAnotherSeed() throws Exception {
    List<Float> uninterrupted = new ArrayList<>();
    List<Float> distances = new ArrayList<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      Map<String, Object> parameters = Recipe.RANKING.parameters();
      parameters.put("lambdarank_unbiased", true);
      parameters.put("seed", seed);
      float score = score(Samples.Labels.RANKED, parameters, ROUNDS, NoSnapshots.settings());
      uninterrupted.add(score);
      distances.add(Math.abs(resumed(Samples.Labels.RANKED, parameters, "seed-" + seed) - score));
    }
    float spread = Collections.max(uninterrupted) - Collections.min(uninterrupted);
    assertThat(Collections.max(distances)).isPositive().isLessThan(spread);
  }

  /** Threads overwrite each other in every training, interrupted or not. */
  @Test
  void shotgunOnTwoThreadsEndsWithinAThousandthOfItsError() throws Exception {
    Map<String, Object> parameters = Recipe.LINEAR_SHOTGUN.parameters();
    parameters.put("nthread", 2);
    float score = score(Samples.Labels.NUMBERS, parameters, ROUNDS, NoSnapshots.settings());
    assertThat(resumed(Samples.Labels.NUMBERS, parameters, "shotgun"))
        .isCloseTo(score, within(0.001f * score));
  }

  /** XGBoost forgets that it had converged, and makes one update more. */
  @Test
  void linearWithToleranceEndsNearerToWhereItConverges() throws Exception {
    Map<String, Object> parameters = Recipe.LINEAR.parameters();
    float limit = score(Samples.Labels.NUMBERS, parameters, ROUNDS, NoSnapshots.settings());
    parameters.put("tolerance", 0.05);
    float score = score(Samples.Labels.NUMBERS, parameters, ROUNDS, NoSnapshots.settings());
    float resumed = resumed(Samples.Labels.NUMBERS, parameters, "tolerance");
    assertThat(Math.abs(resumed - limit)).isLessThan(Math.abs(score - limit));
  }
}
