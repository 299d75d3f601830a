// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.NothingToTrain;
import io.cairn.Positions;
import io.cairn.TrainingStoppedException;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves and resumes a training whose epochs run in a loop of your own. It is the network's last
 * listener; the loop gets the training data and the number of epochs through it:
 *
 * <pre>{@code
 *  network.setListeners(new ScoreIterationListener(10));
 * +Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network);
 * +data = checkpoints.resume(data);
 * -for (int epoch = 0; epoch < 10; epoch++)
 * +for (int epoch = 10 - checkpoints.remainingEpochs(10); epoch < 10; epoch++)
 *    network.fit(data);
 * }</pre>
 *
 * <p>An epoch is complete when {@code network.fit(data)} is; what the loop does after it is not
 * done again. In a loop that hands the network batch after batch ({@code
 * network.fit(data.next())}), an epoch is complete when the data was read to its end and is reset.
 * A loop that is nothing but {@code network.fit(data, epochs)} is better off with {@link
 * Dl4jTraining#fit}, which says more of what is saved and what makes it exact; all of it holds
 * here.
 *
 * <p>If the process is asked to stop (SIGTERM), the data ends the loop by a {@link
 * TrainingStoppedException}, with the state saved. Used by the thread that trains.
 */
public final class Dl4jCheckpointListener extends BaseTrainingListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jCheckpointListener.class);
  private static final String USAGE =
      "data = checkpoints.resume(data);"
          + " for (int epoch = epochs - checkpoints.remainingEpochs(epochs); epoch < epochs; epoch++)"
          + " { network.fit(data); }";

  private final NeuralNetwork trained;
  private final Network network;
  private final CheckpointerBuilder settings;
  private Dl4jTrainingState state;
  private Checkpointer checkpointer;
  private Walk<?> walk;
  private Object resumedData;
  private int epochs = Integer.MAX_VALUE;
  private boolean insideFit;
  private boolean closed;

  private Dl4jCheckpointListener(NeuralNetwork trained, CheckpointerBuilder settings) {
    this.trained = trained;
    this.network = Network.of(trained);
    this.settings = settings;
    network.add(this);
  }

  /**
   * Adds a listener with what the container says, and defaults.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph} that has
   *     all its other listeners
   * @return the listener
   */
  public static Dl4jCheckpointListener attachTo(NeuralNetwork network) {
    return attachTo(network, Checkpointer.builder());
  }

  /**
   * Adds a listener with settings of your own.
   *
   * @param network an initialized {@code MultiLayerNetwork} or {@code ComputationGraph} that has
   *     all its other listeners
   * @param settings when to save, what to keep, where
   * @return the listener
   */
  public static Dl4jCheckpointListener attachTo(
      NeuralNetwork network, CheckpointerBuilder settings) {
    return new Dl4jCheckpointListener(network, settings);
  }

  /**
   * Loads the newest snapshot into the network, and makes the training data begin where the
   * training stands. For the training data only; other data is passed to DL4J as it is. A loop may
   * make its data anew for each epoch, and then asks for it after the epoch before.
   *
   * @param data the training data; must be the same in each attempt
   * @return the data for {@code network.fit} and nothing else; its first epoch may be shorter
   * @throws CheckpointException if snapshots were found and none can be used
   */
  public DataSetIterator resume(DataSetIterator data) throws CheckpointException {
    return resume(
        new TrainingData.Single(data),
        DataSetIterator.class,
        fresh -> new ResumedDataSets(fresh, data));
  }

  /**
   * As {@link #resume(DataSetIterator)}, for data with several inputs or outputs.
   *
   * @param data the training data; must be the same in each attempt
   * @return the data for {@code network.fit}; its first epoch may be shorter
   * @throws CheckpointException if snapshots were found and none can be used
   */
  public MultiDataSetIterator resume(MultiDataSetIterator data) throws CheckpointException {
    return resume(
        new TrainingData.Multi(data),
        MultiDataSetIterator.class,
        fresh -> new ResumedMultiDataSets(fresh, data));
  }

  private <B, I> I resume(TrainingData<B> data, Class<I> type, Function<Walk<B>, I> wrapper)
      throws CheckpointException {
    if (walk != null && walk.data().iterator() == data.iterator()) {
      return type.cast(resumedData);
    }
    boolean goesOn = walk != null && walk.isPlaced();
    if (walk == null) {
      open(data);
    } else {
      handOver(data);
    }
    Walk<B> fresh = new Walk<>(state, new Epochs(), data, goesOn);
    fresh.endEpochsAtReset(this::resultsAtReset);
    fresh.beforeEarlyResetIsRefused(this::requireListening);
    I resumed = wrapper.apply(fresh);
    walk = fresh;
    resumedData = resumed;
    return resumed;
  }

  private void open(TrainingData<?> data) throws CheckpointException {
    requireLastListener();
    state = new Dl4jTrainingState(trained, data, Optional.empty());
    state.dataPosition().mayDifferByEpoch();
    checkpointer = state.open(settings);
  }

  private void handOver(TrainingData<?> data) {
    endEpochOfBatches();
    if (walk.isPlaced()) {
      walk.requireBetweenEpochs();
    }
    walk.close();
    if (walk.isPlaced()) {
      state.handedOver(data).ifPresent(LOG::warn);
    } else {
      state.replaced(data);
    }
  }

  /** What the others do at the end of an epoch must be in the snapshot. */
  private void requireLastListener() {
    requireListening();
    TrainingListener last = this;
    for (TrainingListener each : network.listeners()) {
      last = each;
    }
    if (last != this) {
      throw new IllegalStateException(
          "The checkpoint listener must be the network's last one, but "
              + last.getClass().getName()
              + " comes last. Attach it after network.setListeners(...).");
    }
  }

  /** DL4J does not tell a listener that it is removed, so this is seen only when one is missed. */
  private void requireListening() {
    if (!network.listeners().contains(this)) {
      throw new IllegalStateException(
          "The checkpoint listener is no longer among the network's listeners, so nothing would be"
              + " saved: network.setListeners(...) after attachTo removes it. Call setListeners"
              + " before attachTo, or use network.addListeners(...) once the training is resumed.");
    }
  }

  /**
   * How many epochs are not complete.
   *
   * @param epochs how many epochs the whole training has
   * @return how many of them the loop has to run from where the training was resumed; the same
   *     whenever it is asked
   */
  public int remainingEpochs(int epochs) {
    if (checkpointer == null) {
      throw new IllegalStateException(
          "Ask for the training data before the remaining epochs: " + USAGE);
    }
    this.epochs = epochs;
    long complete = checkpointer.resumedAt().epoch();
    if (complete >= epochs) {
      LOG.warn(NothingToTrain.complete(complete, epochs, "epochs"));
      close();
    }
    return (int) Math.max(0, epochs - complete);
  }

  /**
   * Where the training stands.
   *
   * @return the position after the last complete batch
   * @throws IllegalStateException if the data was not asked for yet
   */
  public Progress position() {
    if (state == null) {
      throw new IllegalStateException("The training was not resumed yet. Train with " + USAGE);
    }
    return state.position().now();
  }

  /** Called by DL4J when {@code network.fit(data)} begins. */
  @Override
  public void onEpochStart(Model model) {
    insideFit = true;
  }

  /** Called by DL4J after each update. */
  @Override
  public void iterationDone(Model model, int iteration, int epoch) {
    if (!closed && (walk == null || !walk.isInsideStep())) {
      throw new IllegalStateException(
          "This training has a checkpoint listener but would not be saved: the batch did not come"
              + " from checkpoints.resume(data). Train with "
              + USAGE);
    }
  }

  /** Called by DL4J at the end of each epoch, before it is counted. */
  @Override
  public void onEpochEnd(Model model) {
    if (!closed) {
      endEpoch();
    }
    insideFit = false;
  }

  private void endEpoch() {
    try {
      walk.endEpoch(EpochResults.of(network));
    } catch (CheckpointException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A loop that hands the network batch after batch ends its epochs so: DL4J does not know them.
   */
  private Map<String, Double> resultsAtReset() {
    requireListening();
    return EpochResults.of(network);
  }

  /** What is told to the checkpointer, and the end of the training. */
  private final class Epochs implements Positions {
    private final Positions saved = Positions.savedBy(checkpointer);

    @Override
    public void afterStep(Progress now) throws CheckpointException {
      saved.afterStep(now);
    }

    @Override
    public void afterEpoch(Progress now, Map<String, Double> metrics) throws CheckpointException {
      if (!insideFit) {
        state.position().epochsAreCountedByLoop();
      }
      saved.afterEpoch(now, metrics);
      if (now.epoch() >= epochs) {
        checkpointer.finish(now, metrics);
        close();
      }
    }
  }

  /**
   * Makes durable what was captured, and gives SIGTERM back. Done by itself when all epochs are
   * complete; a loop that may fail is better off calling it. So is one that hands the network batch
   * after batch and does not reset the data after its last epoch: the epoch ends here.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        if (state != null && state.position().now().epoch() + 1 >= epochs) {
          endEpochOfBatches(); // an earlier one may end by an error, and was not ended by the loop
        }
      } catch (TrainingStoppedException e) {
        LOG.info(e.getMessage());
      } finally {
        closeAll();
      }
    }
  }

  private void endEpochOfBatches() {
    if (walk != null && !insideFit && walk.isAtEpochsEnd()) {
      endEpoch();
    }
  }

  private void closeAll() {
    if (walk != null) {
      walk.close();
    }
    if (checkpointer != null) {
      checkpointer.close();
    }
  }
}
