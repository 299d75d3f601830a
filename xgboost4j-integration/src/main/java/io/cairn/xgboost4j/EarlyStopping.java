// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** The best round so far, by the rules of {@code XGBoost.train}. */
final class EarlyStopping {
  private static final String MAXIMIZE = "maximize";
  private static final String BEST_ROUND = "best round";
  private static final String BEST_SCORE = "best score";

  private final Map<String, Object> parameters;
  private final String[] watches;
  private final int patience;
  private Optional<Boolean> maximize = Optional.empty();
  private int bestRound;
  private float bestScore;

  /**
   * @param patience rounds without improvement after which to stop; 0 for never
   */
  EarlyStopping(Map<String, Object> parameters, String[] watches, int patience) {
    this.parameters = parameters;
    this.watches = watches;
    this.patience = patience;
  }

  int patience() {
    return patience;
  }

  /** Looks at the score of a round, and marks the booster if it is the best. */
  void scored(int round, String line, float score, Booster booster) throws XGBoostError {
    if (maximize.isEmpty()) {
      boolean larger = XGBoost.isMaximizeEvaluation(line, watches, parameters);
      maximize = Optional.of(larger);
      bestScore = larger ? -Float.MAX_VALUE : Float.MAX_VALUE;
    }
    if (maximize.get() ? score > bestScore : score < bestScore) {
      bestScore = score;
      bestRound = round;
      booster.setAttr("best_iteration", String.valueOf(bestRound));
      booster.setAttr("best_score", String.valueOf(bestScore));
    }
  }

  /** Whether the training is over after so many rounds. */
  boolean isOver(int rounds) {
    return patience > 0 && rounds > 0 && maximize.isPresent() && rounds - 1 - bestRound >= patience;
  }

  void capture(SectionSink section) {
    if (maximize.isPresent()) {
      section
          .value(MAXIMIZE, maximize.get())
          .value(BEST_ROUND, bestRound)
          .value(BEST_SCORE, (double) bestScore);
    }
  }

  void restore(StateSource source, SectionSource section) throws CheckpointException {
    if (!section.valueNames().contains(MAXIMIZE)) {
      return;
    }
    boolean larger = section.booleanValue(MAXIMIZE);
    long round = section.longValue(BEST_ROUND);
    double score = section.doubleValue(BEST_SCORE);
    source.afterwards(
        () -> {
          maximize = Optional.of(larger);
          bestRound = (int) round;
          bestScore = (float) score;
        });
  }
}
