// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * The best round so far, by the rules of {@code XGBoost.train}: the last watch tells. A resumed
 * training goes by the same watch, wherever that is now.
 */
final class EarlyStopping {
  private static final String MAXIMIZE = "maximize";
  private static final String WATCH = "watch";
  private static final String BEST_ROUND = "best round";
  private static final String BEST_SCORE = "best score";

  private final Map<String, Object> parameters;
  private final String[] watches;
  private final int patience;
  private int watch;
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
    this.watch = watches.length - 1;
  }

  int patience() {
    return patience;
  }

  /** Looks at the scores of a round, and marks the booster if it is the best. */
  void scored(int round, String line, float[] scores, Booster booster) throws XGBoostError {
    if (maximize.isEmpty()) {
      boolean larger = XGBoost.isMaximizeEvaluation(line, watches, parameters);
      maximize = Optional.of(larger);
      bestScore = larger ? -Float.MAX_VALUE : Float.MAX_VALUE;
    }
    float score = scores[watch];
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
          .value(WATCH, watches[watch])
          .value(BEST_ROUND, bestRound)
          .value(BEST_SCORE, (double) bestScore);
    }
  }

  void restore(StateSource source, SectionSource section) throws CheckpointException {
    if (!section.valueNames().contains(MAXIMIZE)) {
      return;
    }
    int saved = List.of(watches).indexOf(section.value(WATCH));
    if (saved < 0) {
      return; // other watches, which is refused as a whole
    }
    requireLast(saved);
    boolean larger = section.booleanValue(MAXIMIZE);
    long round = section.longValue(BEST_ROUND);
    double score = section.doubleValue(BEST_SCORE);
    source.afterwards(
        () -> {
          maximize = Optional.of(larger);
          watch = saved;
          bestRound = (int) round;
          bestScore = (float) score;
        });
  }

  /** When to stop depends on the last watch, and its best score is not another's. */
  private void requireLast(int saved) throws IncompatibleSnapshotException {
    if (patience > 0 && saved != watches.length - 1) {
      throw new IncompatibleSnapshotException(
          "The snapshot was taken of a training that stops early by another watch:",
          List.of(
              "last watch, by which training stops early: snapshot has '"
                  + watches[saved]
                  + "', this training has '"
                  + watches[watches.length - 1]
                  + "' (a Map.of has another order in each process: use a LinkedHashMap)"));
    }
  }
}
