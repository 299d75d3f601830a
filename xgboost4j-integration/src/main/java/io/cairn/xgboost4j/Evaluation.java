// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IEvaluation;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** What {@code XGBoost.train} does after each round: scores, best round, early stopping, lines. */
final class Evaluation {
  private final String[] names;
  private final DMatrix[] data;
  private final Optional<IEvaluation> own;
  private final EvaluationHistory history;
  private final EarlyStopping stopping;
  private final ReportLines lines;

  Evaluation(
      Map<String, DMatrix> watches,
      Map<String, Object> parameters,
      Optional<float[][]> metrics,
      Optional<IEvaluation> own,
      int patience) {
    this.names = watches.keySet().toArray(String[]::new);
    this.data = watches.values().toArray(DMatrix[]::new);
    this.own = own;
    this.history = new EvaluationHistory(List.of(names), metrics);
    this.stopping = new EarlyStopping(parameters, names, patience);
    this.lines = new ReportLines(parameters);
  }

  /** Nothing is evaluated. */
  static Evaluation none() {
    return new Evaluation(Map.of(), Map.of(), Optional.empty(), Optional.empty(), 0);
  }

  /**
   * Evaluates the model.
   *
   * @param round the round that is complete, from 0
   * @return the scores, by the names XGBoost reports them under
   */
  Map<String, Double> after(int round, Booster booster) throws XGBoostError {
    if (data.length == 0) {
      return Collections.emptyMap();
    }
    float[] scores = new float[data.length];
    String line = evaluate(round, booster, scores);
    history.add(scores);
    stopping.scored(round, line, scores, booster);
    if (stopping.isOver(round + 1)) {
      lines.stopped(round, stopping.patience());
    } else {
      lines.evaluated(round, line);
    }
    return named(line, scores);
  }

  private String evaluate(int round, Booster booster, float[] scores) throws XGBoostError {
    return own.isPresent()
        ? booster.evalSet(data, names, own.get(), scores)
        : booster.evalSet(data, names, round, scores);
  }

  /** A line is: what round, then a tab, a name, a colon and a number for each data set. */
  private static Map<String, Double> named(String line, float[] scores) {
    Map<String, Double> metrics = new TreeMap<>();
    String[] columns = line.split("\t", -1);
    for (int i = 1; i < columns.length && i <= scores.length; i++) {
      int colon = columns[i].lastIndexOf(':');
      metrics.put(columns[i].substring(0, Math.max(0, colon)), (double) scores[i - 1]);
    }
    return metrics;
  }

  /** Whether early stopping ends the training after so many rounds. */
  boolean isOver(int rounds) {
    return stopping.isOver(rounds);
  }

  /** The order of watches is no fact: scores are saved by name. */
  void describe(Fingerprint.Builder facts) {
    facts
        .identity("watches", String.join(", ", new TreeSet<>(List.of(names))))
        .identity("own metric", own.map(IEvaluation::getMetric).orElse("none"));
  }

  void capture(SectionSink section) {
    history.capture(section);
    stopping.capture(section);
  }

  void restore(StateSource source, SectionSource section) throws CheckpointException {
    history.restore(source, section);
    stopping.restore(source, section);
  }
}
