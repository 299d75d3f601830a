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
import java.io.UncheckedIOException;
import java.util.function.Function;
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
    TrainingData<DataSet> single = new TrainingData.Single(data);
    SameDiffGraph graph = new SameDiffGraph(sd);
    return run(
        graph,
        single,
        epochs,
        settings,
        walk -> {
          ResumedDataSets resumed = new ResumedDataSets(walk, data);
          return count -> sd.fit(resumed, count, graph.scoreKeeper());
        });
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
    TrainingData<MultiDataSet> multi = new TrainingData.Multi(data);
    SameDiffGraph graph = new SameDiffGraph(sd);
    return run(
        graph,
        multi,
        epochs,
        settings,
        walk -> {
          ResumedMultiDataSets resumed = new ResumedMultiDataSets(walk, data);
          return count -> sd.fit(resumed, count, graph.scoreKeeper());
        });
  }

  private static <B> Progress run(
      SameDiffGraph graph,
      TrainingData<B> data,
      int epochs,
      CheckpointerBuilder settings,
      Function<Walk<B>, Fit> fitOf)
      throws CheckpointException {
    Dl4jTraining.requireEpochs(data, epochs);
    Dl4jTrainingState state = new Dl4jTrainingState(graph, data);
    try (Checkpointer checkpointer = state.open(settings);
        Walk<B> walk = new Walk<>(state, Positions.savedBy(checkpointer), data)) {
      Progress from = state.position().now();
      if (from.epoch() >= epochs) {
        LOG.warn(NothingToTrain.complete(from.epoch(), epochs, "epochs"));
      } else {
        int left = Math.toIntExact(epochs - from.epoch());
        train(graph, walk, state, () -> fitOf.apply(walk).epochs(left), checkpointer);
      }
      return state.position().now();
    }
  }

  private static void train(
      SameDiffGraph graph,
      Walk<?> walk,
      Dl4jTrainingState state,
      Runnable fit,
      Checkpointer checkpointer)
      throws CheckpointException {
    walk.endEpochsAtReset(() -> EpochResults.of(graph));
    try {
      fit.run();
      if (state.position().now().batch() > 0) {
        walk.endEpoch(EpochResults.of(graph));
      }
      checkpointer.finish(state.position().now(), EpochResults.of(graph));
    } catch (TrainingStoppedException e) {
      LOG.info(e.getMessage());
    } catch (UncheckedIOException e) {
      throw Positions.unwrapped(e);
    }
  }
}
