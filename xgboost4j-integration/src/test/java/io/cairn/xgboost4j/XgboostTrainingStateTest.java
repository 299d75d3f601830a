// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Fingerprint;
import io.cairn.model.TrainingState;
import io.cairn.testkit.TrainingStateContract;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;

class XgboostTrainingStateTest extends TrainingStateContract {

  @Override
  protected Steppable newTraining() throws XGBoostError {
    return training(Recipe.HIST);
  }

  @Override
  protected Steppable otherTraining() throws XGBoostError {
    return training(Recipe.DART);
  }

  private static Steppable training(Recipe recipe) throws XGBoostError {
    DMatrix data = recipe.trainingData();
    Map<String, DMatrix> watches = recipe.watches(data);
    Parameters parameters = new Parameters(recipe.parameters());
    LiveBooster live = LiveBooster.untrained(data, parameters, watches, Optional.empty());
    float[][] metrics = new float[2][20];
    Evaluation evaluation =
        new Evaluation(watches, recipe.parameters(), Optional.of(metrics), Optional.empty(), 5);
    XgboostTrainingState state = new XgboostTrainingState(live, evaluation, Fingerprint.builder());
    return new Steppable() {
      @Override
      public TrainingState state() {
        return state;
      }

      @Override
      public void step(long before) throws XGBoostError {
        live.update(data, (int) before);
        evaluation.after((int) before, live.booster());
        live.endRound();
      }

      @Override
      public String bits() throws XGBoostError {
        return new String(live.booster().toByteArray("json"), StandardCharsets.UTF_8)
            + Arrays.deepToString(metrics);
      }

      @Override
      public void close() {
        live.booster().dispose();
      }
    };
  }

  @Test
  void theFingerprintSaysWhatExactnessDependsOn() throws Exception {
    try (Steppable training = newTraining()) {
      assertThat(training.state().fingerprint().environment())
          .containsEntry("xgboost", LibraryVersion.text())
          .containsEntry("threads", "2")
          .containsAllEntriesOf(Fingerprint.builder().processor().build().environment());
    }
  }
}
