// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult.TerminationReason;
import org.deeplearning4j.earlystopping.termination.MaxTimeIterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.nd4j.linalg.learning.config.IUpdater;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What early stopping has seen: scores, the best network, what its conditions remember, and whether
 * and why the training has ended.
 */
final class EarlyStopping implements StateSection {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyStopping.class);
  private static final String DL4J = "org.deeplearning4j.";
  private static final String NAME = "early_stopping";
  private static final String BEST_EPOCH = "best_epoch";
  private static final String BEST_SCORE = "best_score";
  private static final String SCORE_OF = "score.";
  private static final String ENDED_BY = "ended_by";
  private static final String ENDED_DETAILS = "ended_details";
  private static final String BEST_MODEL = "best_model";
  private static final String BEST_UPDATER = "best_updater";
  private static final String BEST_RATES = "best_learning_rates";
  private static final String BEST_ITERATIONS = "best_iterations";
  private static final String BEST_EPOCHS = "best_epochs";

  private final Network network;
  private final Map<String, IUpdater> configured;
  private final List<?> conditions;
  private final Object scoreCalculator;
  private final Map<Integer, Double> scores = new LinkedHashMap<>();
  private Optional<Network> best = Optional.empty();
  private int bestEpoch = -1;
  private double bestScore;
  private Optional<End> end = Optional.empty();

  /** Why the training has ended. */
  record End(TerminationReason reason, String details) {}

  EarlyStopping(Network network, EarlyStoppingConfiguration<?> configuration, boolean minimize) {
    this.network = network;
    this.configured = LearningRates.configured(network);
    this.bestScore = minimize ? Double.MAX_VALUE : -Double.MAX_VALUE;
    this.conditions =
        Stream.concat(
                configuration.getIterationTerminationConditions().stream(),
                configuration.getEpochTerminationConditions().stream())
            .toList();
    this.scoreCalculator = configuration.getScoreCalculator();
    warnOfUnsaved();
  }

  /** DL4J's own are known: those that remember something, and those that do not. */
  private void warnOfUnsaved() {
    String unsaved =
        conditions.stream()
            .filter(each -> !(each instanceof Checkpointed))
            .map(each -> each.getClass().getName())
            .filter(name -> !name.startsWith(DL4J))
            .distinct()
            .collect(Collectors.joining(", "));
    if (!unsaved.isEmpty()) {
      LOG.warn(
          "What these conditions remember is in no snapshot, so they begin anew when training is"
              + " resumed, and may end it later: {}. If they remember anything, let them implement {}",
          unsaved,
          Checkpointed.class.getName());
    }
  }

  /** What may be of the user's own, and have state. */
  List<?> parts() {
    return Stream.concat(conditions.stream(), Stream.of(scoreCalculator)).toList();
  }

  Map<Integer, Double> scores() {
    return scores;
  }

  Optional<Network> best() {
    return best;
  }

  int bestEpoch() {
    return bestEpoch;
  }

  double bestScore() {
    return bestScore;
  }

  Optional<End> end() {
    return end;
  }

  void endBy(TerminationReason reason, Object condition) {
    end = Optional.of(new End(reason, condition.toString()));
  }

  /** Takes the score of an epoch. DL4J takes the first for the best even if it is no number. */
  boolean isBest(int epoch, double score, boolean minimize) {
    scores.put(epoch, score);
    boolean better = minimize ? score < bestScore : score > bestScore;
    if (better || (bestEpoch < 0 && !Double.isFinite(score))) {
      bestEpoch = epoch;
      bestScore = score;
      best = Optional.of(network.copy());
      return true;
    }
    return false;
  }

  @Override
  public void capture(StateSink sink) {
    SectionSink section =
        sink.section(NAME).value(BEST_EPOCH, bestEpoch).value(BEST_SCORE, bestScore);
    scores.forEach((epoch, score) -> section.value(SCORE_OF + epoch, score));
    end.ifPresent(
        why -> section.value(ENDED_BY, why.reason().name()).value(ENDED_DETAILS, why.details()));
    for (int i = 0; i < conditions.size(); i++) {
      capture(conditions.get(i), i + ".", section);
    }
    if (best.isPresent()) {
      captureBest(best.get(), section, sink);
    }
  }

  private void captureBest(Network network, SectionSink section, StateSink sink) {
    section.value(BEST_ITERATIONS, network.iterations()).value(BEST_EPOCHS, network.epochs());
    model(network).capture(sink);
    updater(network).capture(sink);
    rates(network).capture(sink);
  }

  private static TensorSection model(Network network) {
    return new TensorSection(BEST_MODEL, () -> NamedTensors.parameters(network));
  }

  private static TensorSection updater(Network network) {
    return new TensorSection(BEST_UPDATER, () -> NamedTensors.moments(network));
  }

  private LearningRates rates(Network network) {
    return new LearningRates(BEST_RATES, network, configured);
  }

  private static void capture(Object condition, String prefix, SectionSink section) {
    if (condition instanceof ScoreImprovementEpochTerminationCondition improvement) {
      section
          .value(prefix + BEST_EPOCH, improvement.getBestEpoch())
          .value(prefix + BEST_SCORE, improvement.getBestScore());
    } else if (condition instanceof MaxTimeIterationTerminationCondition time) {
      section.value(prefix + "elapsed", System.currentTimeMillis() - time.getInitializationTime());
    }
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    int savedEpoch = (int) section.longValue(BEST_EPOCH);
    double savedScore = section.doubleValue(BEST_SCORE);
    Map<Integer, Double> savedScores = savedScores(section);
    Optional<End> savedEnd = savedEnd(section);
    source.afterwards(
        () -> {
          bestEpoch = savedEpoch;
          bestScore = savedScore;
          scores.putAll(savedScores);
          end = savedEnd;
        });
    for (int i = 0; i < conditions.size(); i++) {
      restore(conditions.get(i), i + ".", section, source);
    }
    if (source.hasSection(BEST_MODEL)) {
      restoreBest(section, source);
    }
  }

  private void restoreBest(SectionSource section, StateSource source) throws CheckpointException {
    Network saved = network.copy();
    saved.counters(
        Math.toIntExact(section.longValue(BEST_ITERATIONS)),
        Math.toIntExact(section.longValue(BEST_EPOCHS)));
    model(saved).restore(source);
    updater(saved).restore(source);
    rates(saved).restore(source);
    source.afterwards(() -> best = Optional.of(saved));
  }

  private static Map<Integer, Double> savedScores(SectionSource section)
      throws CheckpointException {
    Map<Integer, Double> saved = new TreeMap<>();
    for (String name : section.valueNames()) {
      if (name.startsWith(SCORE_OF)) {
        saved.put(Integer.valueOf(name.substring(SCORE_OF.length())), section.doubleValue(name));
      }
    }
    return saved;
  }

  private static Optional<End> savedEnd(SectionSource section) throws CheckpointException {
    return section.valueNames().contains(ENDED_BY)
        ? Optional.of(
            new End(
                TerminationReason.valueOf(section.value(ENDED_BY)), section.value(ENDED_DETAILS)))
        : Optional.empty();
  }

  private static void restore(
      Object condition, String prefix, SectionSource section, StateSource source)
      throws CheckpointException {
    if (condition instanceof ScoreImprovementEpochTerminationCondition improvement) {
      int epoch = (int) section.longValue(prefix + BEST_EPOCH);
      double score = section.doubleValue(prefix + BEST_SCORE);
      source.afterwards(
          () -> {
            improvement.setBestEpoch(epoch);
            improvement.setBestScore(score);
          });
    } else if (condition instanceof MaxTimeIterationTerminationCondition time) {
      long elapsed = section.longValue(prefix + "elapsed");
      source.afterwards(
          () -> {
            long began = System.currentTimeMillis() - elapsed;
            time.setInitializationTime(began);
            time.setEndTime(began + time.getMaxTimeUnit().toMillis(time.getMaxTimeAmount()));
          });
    }
  }
}
