// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.NothingToTrain;
import io.cairn.Positions;
import io.cairn.TrainingStoppedException;
import io.cairn.model.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.EarlyStoppingResult.TerminationReason;
import org.deeplearning4j.earlystopping.termination.EpochTerminationCondition;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains as DL4J's {@code EarlyStoppingTrainer.fit()} does, and goes on from the newest snapshot
 * when the same script is started again.
 *
 * <pre>{@code
 * -EarlyStoppingResult<MultiLayerNetwork> result =
 * -    new EarlyStoppingTrainer(configuration, network, data).fit();
 * +Optional<EarlyStoppingResult<MultiLayerNetwork>> result =
 * +    Dl4jEarlyStopping.fit(configuration, network, data);
 * }</pre>
 *
 * <p>Part of the state, beside what {@link Dl4jTraining} says, are all scores, the best network,
 * and what DL4J's own termination conditions remember; a time limit counts the time of all
 * attempts. The best network of an earlier attempt is handed to the model saver again. Unlike DL4J,
 * an error in training is thrown, not part of the result.
 */
public final class Dl4jEarlyStopping {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jEarlyStopping.class);

  private Dl4jEarlyStopping() {}

  /**
   * Trains until a condition ends it. A training that has ended already is not touched further, and
   * gives its result again.
   *
   * @param configuration when to end, how to score, where to save the best network
   * @param network an initialized network
   * @param data the training data; must be the same in each attempt
   * @param <T> {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return the result; empty if the process was asked to stop (SIGTERM), with the state saved
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static <T extends Model & NeuralNetwork> Optional<EarlyStoppingResult<T>> fit(
      EarlyStoppingConfiguration<T> configuration, T network, DataSetIterator data)
      throws CheckpointException {
    return fit(configuration, network, data, Checkpointer.builder());
  }

  /**
   * Trains as {@link #fit(EarlyStoppingConfiguration, Model, DataSetIterator)} does, with settings
   * of your own.
   *
   * @param configuration when to end, how to score, where to save the best network
   * @param network an initialized network
   * @param data the training data; must be the same in each attempt
   * @param settings when to save, what to keep, where
   * @param <T> {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @return the result; empty if the process was asked to stop (SIGTERM), with the state saved
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static <T extends Model & NeuralNetwork> Optional<EarlyStoppingResult<T>> fit(
      EarlyStoppingConfiguration<T> configuration,
      T network,
      DataSetIterator data,
      CheckpointerBuilder settings)
      throws CheckpointException {
    configuration.validate();
    configuration.getIterationTerminationConditions().forEach(each -> each.initialize());
    configuration.getEpochTerminationConditions().forEach(each -> each.initialize());
    boolean minimize = configuration.getScoreCalculator().minimizeScore();
    EarlyStopping seen = new EarlyStopping(Network.of(network), configuration, minimize);
    TrainingData<DataSet> single = new TrainingData.Single(data);
    Dl4jTrainingState state = new Dl4jTrainingState(network, single, Optional.of(seen));
    try (Checkpointer checkpointer = state.open(settings);
        Walk<DataSet> walk = new Walk<>(state, Positions.savedBy(checkpointer), single)) {
      return new Run<>(configuration, network, seen, state, walk, checkpointer).result();
    } catch (TrainingStoppedException e) {
      LOG.info(e.getMessage());
      return Optional.empty();
    } catch (CheckpointException e) {
      throw e;
    } catch (UncheckedIOException e) {
      throw Positions.unwrapped(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One attempt. */
  private record Run<T extends Model & NeuralNetwork>(
      EarlyStoppingConfiguration<T> configuration,
      T trained,
      EarlyStopping seen,
      Dl4jTrainingState state,
      Walk<DataSet> walk,
      Checkpointer checkpointer) {

    Optional<EarlyStoppingResult<T>> result() throws IOException {
      if (seen.best().isPresent()) {
        configuration.getModelSaver().saveBestModel(unwrap(seen.best().get()), seen.bestScore());
      }
      if (seen.end().isPresent()) {
        LOG.warn(NothingToTrain.endedBy(seen.end().get().details()));
        setEpoch(lastEpoch(seen.end().get()));
      } else {
        while (seen.end().isEmpty()) {
          epoch();
        }
        checkpointer.finish(state.position().now(), metrics());
      }
      return Optional.of(finished());
    }

    @SuppressWarnings("unchecked")
    private T unwrap(Network network) {
      return (T) network.unwrap();
    }

    private int epochNow() {
      return Math.toIntExact(state.position().now().epoch());
    }

    private void epoch() throws IOException {
      int epoch = epochNow();
      walk.begin();
      setEpoch(epoch);
      Network.of(trained).listeners().forEach(each -> each.onEpochStart(trained));
      Optional<IterationTerminationCondition> ended = batches();
      if (ended.isPresent()) {
        endBy(TerminationReason.IterationTerminationCondition, ended.get());
        return;
      }
      setEpoch(epoch);
      List<TrainingListener> listeners = List.copyOf(Network.of(trained).listeners());
      listeners.forEach(each -> each.onEpochEnd(trained));
      if (epoch % configuration.getEvaluateEveryNEpochs() == 0) {
        score(epoch);
      }
      walk.endEpoch(metrics());
    }

    /** DL4J does not count the epoch at whose end a condition was met. */
    private int lastEpoch(EarlyStopping.End end) {
      boolean atEpochsEnd = end.reason() == TerminationReason.EpochTerminationCondition;
      return atEpochsEnd ? epochNow() - 1 : epochNow();
    }

    private void setEpoch(int epoch) {
      Network network = Network.of(trained);
      network.counters(network.iterations(), epoch);
    }

    /** Trains on what is left of the epoch. */
    private Optional<IterationTerminationCondition> batches() {
      while (walk.hasNext()) {
        trained.fit(walk.next());
        double score = trained.score();
        for (IterationTerminationCondition each :
            configuration.getIterationTerminationConditions()) {
          if (each.terminate(score)) {
            return Optional.of(each);
          }
        }
      }
      return Optional.empty();
    }

    private void endBy(TerminationReason reason, Object condition) throws IOException {
      walk.endBatch();
      seen.endBy(reason, condition);
      if (reason == TerminationReason.IterationTerminationCondition
          && configuration.isSaveLastModel()) {
        configuration.getModelSaver().saveLatestModel(trained, 0.0);
      }
    }

    private void score(int epoch) throws IOException {
      double score = configuration.getScoreCalculator().calculateScore(trained);
      boolean minimize = configuration.getScoreCalculator().minimizeScore();
      LOG.info("Score at epoch {}: {}", epoch, score);
      if (seen.isBest(epoch, score, minimize)) {
        configuration.getModelSaver().saveBestModel(trained, score);
      }
      if (configuration.isSaveLastModel()) {
        configuration.getModelSaver().saveLatestModel(trained, score);
      }
      for (EpochTerminationCondition each : configuration.getEpochTerminationConditions()) {
        if (each.terminate(epoch, score, minimize)) {
          endBy(TerminationReason.EpochTerminationCondition, each);
          return;
        }
      }
    }

    private Map<String, Double> metrics() {
      Map<String, Double> metrics = new HashMap<>(EpochResults.of(Network.of(trained)));
      seen.scores().values().stream()
          .reduce((first, second) -> second)
          .filter(Double::isFinite)
          .ifPresent(last -> metrics.put("early_stopping_score", last));
      return metrics;
    }

    private EarlyStoppingResult<T> finished() throws IOException {
      EarlyStopping.End end = seen.end().orElseThrow();
      T best = configuration.getModelSaver().getBestModel();
      return new EarlyStoppingResult<>(
          end.reason(),
          end.details(),
          seen.scores(),
          seen.bestEpoch(),
          best == null ? seen.bestScore() : best.score(),
          epochNow(),
          best);
    }
  }
}
