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
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains as {@code network.fit(data, epochs)} does, saves the whole state while it does so, and
 * goes on from the newest snapshot when the same script is started again.
 *
 * <pre>{@code
 *  network.init();
 * -network.fit(data, epochs);
 * +Dl4jTraining.fit(network, data, epochs);
 * }</pre>
 *
 * <p>A resumed training ends with the same bits as one that was never interrupted, in the middle of
 * an epoch, too. The data must be the same in each attempt, in the same order: an iterator is reset
 * as often as before, and what was read of the epoch is skipped; one that keeps its own state
 * implements {@link Checkpointed}. Random numbers that are drawn while data is read ahead on
 * another thread are never the same twice, with DL4J alone neither; let {@code asyncSupported}
 * return false then. Exactness further depends on the number of threads, the version and the
 * backend of ND4J, and the kind of processor; a resume under others is said.
 *
 * <p>Part of the state are parameters with running statistics, the updater's moments, DL4J's
 * counters, its random generator, the statistics of a normalizer, and every listener of yours that
 * implements {@link Checkpointed}. Metrics have the {@code score} of the last batch of an epoch.
 */
public final class Dl4jTraining {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jTraining.class);

  private Dl4jTraining() {}

  /**
   * Trains until so many epochs are complete, this attempt's and all before it. A training that was
   * complete already is not touched further. If the process is asked to stop (SIGTERM), the method
   * returns early, with the state saved.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(NeuralNetwork network, DataSetIterator data, int epochs)
      throws CheckpointException {
    return fit(network, data, epochs, Checkpointer.builder());
  }

  /**
   * Trains as {@link #fit(NeuralNetwork, DataSetIterator, int)} does, with settings of your own.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @param settings when to save, what to keep, where
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(
      NeuralNetwork network, DataSetIterator data, int epochs, CheckpointerBuilder settings)
      throws CheckpointException {
    TrainingData<DataSet> single = new TrainingData.Single(data);
    return run(
        network,
        single,
        epochs,
        settings,
        walk -> {
          DataSetIterator resumed = new ResumedDataSets(walk, data);
          return () -> network.fit(resumed);
        });
  }

  /**
   * Trains as {@link #fit(NeuralNetwork, DataSetIterator, int)} does, on data with several inputs
   * or outputs.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(NeuralNetwork network, MultiDataSetIterator data, int epochs)
      throws CheckpointException {
    return fit(network, data, epochs, Checkpointer.builder());
  }

  /**
   * Trains as {@link #fit(NeuralNetwork, MultiDataSetIterator, int)} does, with settings of your
   * own.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph}
   * @param data the training data; must be the same in each attempt
   * @param epochs how many epochs the whole training has
   * @param settings when to save, what to keep, where
   * @return the position reached; fewer epochs than asked for if it was asked to stop
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Progress fit(
      NeuralNetwork network, MultiDataSetIterator data, int epochs, CheckpointerBuilder settings)
      throws CheckpointException {
    TrainingData<MultiDataSet> multi = new TrainingData.Multi(data);
    return run(
        network,
        multi,
        epochs,
        settings,
        walk -> {
          MultiDataSetIterator resumed = new ResumedMultiDataSets(walk, data);
          return () -> network.fit(resumed);
        });
  }

  private static <B> Progress run(
      NeuralNetwork network,
      TrainingData<B> data,
      int epochs,
      CheckpointerBuilder settings,
      Function<Walk<B>, Runnable> epochOf)
      throws CheckpointException {
    requireEpochs(data, epochs);
    Dl4jTrainingState state = new Dl4jTrainingState(network, data, Optional.empty());
    try (Checkpointer checkpointer = state.open(settings);
        Walk<B> walk = new Walk<>(state, Positions.savedBy(checkpointer), data)) {
      if (state.position().now().epoch() >= epochs) {
        LOG.warn(NothingToTrain.complete(state.position().now().epoch(), epochs, "epochs"));
      } else {
        train(Network.of(network), walk, state, epochs, epochOf.apply(walk), checkpointer);
      }
      return state.position().now();
    }
  }

  private static void train(
      Network network,
      Walk<?> walk,
      Dl4jTrainingState state,
      int epochs,
      Runnable epoch,
      Checkpointer checkpointer)
      throws CheckpointException {
    try {
      while (state.position().now().epoch() < epochs) {
        epoch.run();
        walk.endEpoch(EpochResults.of(network));
      }
      checkpointer.finish(state.position().now(), EpochResults.of(network));
    } catch (TrainingStoppedException e) {
      LOG.info(e.getMessage());
    } catch (UncheckedIOException e) {
      throw Positions.unwrapped(e);
    }
  }

  static void requireEpochs(TrainingData<?> data, int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("Training needs epochs >= 1, but is told " + epochs);
    }
    if (epochs > 1 && !data.resetSupported()) {
      throw new IllegalArgumentException(
          "Training for "
              + epochs
              + " epochs needs data that can be read again, but "
              + data.iterator().getClass().getName()
              + ".resetSupported() is false");
    }
  }
}
