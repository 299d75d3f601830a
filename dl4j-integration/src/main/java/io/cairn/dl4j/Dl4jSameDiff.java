// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.NothingToTrain;
import io.cairn.Positions;
import io.cairn.TrainingStoppedException;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a SameDiff graph as {@code sd.fit(data, epochs)} does, saves the whole state while it does
 * so, and goes on from the newest snapshot when the same script is started again.
 *
 * <pre>{@code
 *  sd.setTrainingConfig(config);
 * -sd.fit(data, epochs);
 * +Dl4jSameDiff.fit(sd, data, epochs);
 * }</pre>
 *
 * <p>A resumed training ends with the same bits as one that was never interrupted, in the middle of
 * an epoch, too, on the conditions that {@link Dl4jTraining} names. The script makes the same graph
 * in each attempt; its operations are compared with those of the snapshot, values of constants are
 * not.
 *
 * <p>Part of the state are all variables, the updater's moments, the counters of the training
 * configuration, ND4J's random generator, the statistics of a normalizer, and every listener of the
 * graph that implements {@link Checkpointed}. Metrics have the {@code score} of the last batch of
 * an epoch, all losses added. Histories and loss curves begin anew with each attempt, and so does
 * what other listeners remember. A listener that stops the training ends this attempt; the next one
 * goes on unless the listener stops it, too.
 */
public final class Dl4jSameDiff {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jSameDiff.class);

  private Dl4jSameDiff() {}

  /** SameDiff's own training, for so many epochs. */
  private interface Fit {
    void epochs(int count);
  }

  /**
   * Trains until so many epochs are complete, this attempt's and all before it. A training that was
   * complete already is not touched further. If the process is asked to stop (SIGTERM), the method
   * returns early, with the state saved.
   *
   * @param sd a graph with a training configuration
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(SameDiff sd, DataSetIterator data, int epochs)
      throws CheckpointException {
    return fit(sd, data, epochs, Checkpointer.builder());
  }

  /**
   * Trains as {@link #fit(SameDiff, DataSetIterator, int)} does, with settings of your own.
   *
   * @param sd a graph with a training configuration
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @param settings when to save, what to keep, where
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(
      SameDiff sd, DataSetIterator data, int epochs, CheckpointerBuilder settings)
      throws CheckpointException {
    SameDiffGraph graph = new SameDiffGraph(sd);
    TrainingData<DataSet> single = new TrainingData.Single(data);
    Dl4jTrainingState state = new Dl4jTrainingState(graph, single);
    try (Checkpointer checkpointer = state.open(settings);
        Walk<DataSet> walk = new Walk<>(state, Positions.savedBy(checkpointer), single)) {
      ResumedDataSets resumed = new ResumedDataSets(walk, data);
      return train(
          graph,
          walk,
          state,
          epochs,
          checkpointer,
          count -> sd.fit(resumed, count, graph.scoreKeeper()));
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Trains as {@link #fit(SameDiff, DataSetIterator, int)} does, on data with several inputs or
   * outputs.
   *
   * @param sd a graph with a training configuration
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(SameDiff sd, MultiDataSetIterator data, int epochs)
      throws CheckpointException {
    return fit(sd, data, epochs, Checkpointer.builder());
  }

  /**
   * Trains as {@link #fit(SameDiff, MultiDataSetIterator, int)} does, with settings of your own.
   *
   * @param sd a graph with a training configuration
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @param settings when to save, what to keep, where
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(
      SameDiff sd, MultiDataSetIterator data, int epochs, CheckpointerBuilder settings)
      throws CheckpointException {
    SameDiffGraph graph = new SameDiffGraph(sd);
    TrainingData<MultiDataSet> multi = new TrainingData.Multi(data);
    Dl4jTrainingState state = new Dl4jTrainingState(graph, multi);
    try (Checkpointer checkpointer = state.open(settings);
        Walk<MultiDataSet> walk = new Walk<>(state, Positions.savedBy(checkpointer), multi)) {
      ResumedMultiDataSets resumed = new ResumedMultiDataSets(walk, data);
      return train(
          graph,
          walk,
          state,
          epochs,
          checkpointer,
          count -> sd.fit(resumed, count, graph.scoreKeeper()));
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Progress train(
      SameDiffGraph graph,
      Walk<?> walk,
      Dl4jTrainingState state,
      int epochs,
      Checkpointer checkpointer,
      Fit fit)
      throws IOException {
    Dl4jTraining.requireEpochs(walk.data(), epochs);
    int left = Math.toIntExact(epochs - state.position().now().epoch());
    if (left <= 0) {
      LOG.warn(NothingToTrain.complete(epochs - left, epochs, "epochs"));
      return state.position().now();
    }
    walk.endEpochsAtReset(() -> EpochResults.of(graph));
    try {
      fit.epochs(left);
      if (state.position().now().batch() > 0) {
        walk.endEpoch(EpochResults.of(graph));
      }
      checkpointer.finish(state.position().now(), EpochResults.of(graph));
    } catch (TrainingStoppedException e) {
      LOG.info(e.getMessage());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return state.position().now();
  }
}
