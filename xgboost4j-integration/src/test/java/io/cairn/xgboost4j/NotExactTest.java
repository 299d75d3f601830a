// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where XGBoost makes the same bits impossible: how close a resumed training comes. */
class NotExactTest {
  @TempDir Path folder;

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everySteps(5))
        .whenBusy(WhenBusy.WAIT);
  }

  private float score(
      Recipe recipe, Map<String, Object> changes, int rounds, CheckpointerBuilder settings)
      throws Exception {
    Map<String, Object> parameters = recipe.parameters();
    parameters.putAll(changes);
    var data = recipe.trainingData();
    float[][] metrics = new float[2][20];
    var booster =
        XgboostTraining.train(
            data, parameters, rounds, recipe.watches(data), metrics, null, null, 0, null, settings);
    assertThat(booster.getNumBoostedRound()).isEqualTo(rounds);
    return metrics[1][rounds - 1];
  }

  private void assertClose(Recipe recipe, Map<String, Object> changes, float tolerance)
      throws Exception {
    float expected = score(recipe, changes, 20, NoSnapshots.settings());
    score(recipe, changes, 10, settings());
    float resumed = score(recipe, changes, 20, settings());
    assertThat(resumed).isCloseTo(expected, within(tolerance));
  }

  /** Its position biases begin again, and are learned again in a few rounds. */
  @Test
  void rankingThatLearnsPositionBiasEndsWithinTwoPercentOfItsScore() throws Exception {
    assertClose(Recipe.RANKING, Map.of("lambdarank_unbiased", true), 0.02f);
  }

  /** Threads overwrite each other in every training, interrupted or not. */
  @Test
  void shotgunOnTwoThreadsEndsWithinAThousandthOfItsError() throws Exception {
    assertClose(Recipe.LINEAR_SHOTGUN, Map.of("nthread", 2), 0.001f);
  }
}
