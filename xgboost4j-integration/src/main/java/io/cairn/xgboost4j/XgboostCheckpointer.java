// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves and resumes a boosting in a loop of your own.
 *
 * <pre>{@code
 * try (XgboostCheckpointer checkpoints = XgboostCheckpointer.open(train, parameters)) {
 *   Booster booster = checkpoints.booster();
 *   while (checkpoints.round() < rounds && !checkpoints.isStopRequested()) {
 *     booster.update(train, checkpoints.round());
 *     checkpoints.afterRound();
 *   }
 *   if (checkpoints.round() < rounds) {
 *     return; // asked to stop: the next start goes on from here
 *   }
 *   checkpoints.finish();
 *   booster.saveModel(file);
 * }
 * }</pre>
 *
 * <p>{@link XgboostTraining} says what makes it exact; all of it holds here. What the loop itself
 * remembers is part of the snapshot if it is put into {@link Booster#setAttr}. Parameters that the
 * loop changes must be set before each update: after each round those given here are set again.
 *
 * <p>Used by the thread that trains.
 */
public final class XgboostCheckpointer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(XgboostCheckpointer.class);

  private final LiveBooster live;
  private final Workers workers;
  private final Checkpointer checkpointer;
  private int round;
  private Map<String, Double> lastMetrics = Map.of();
  private boolean stopRequested;

  private XgboostCheckpointer(LiveBooster live, Workers workers, Checkpointer checkpointer) {
    this.live = live;
    this.workers = workers;
    this.checkpointer = checkpointer;
    this.round = Math.toIntExact(checkpointer.resumedAt().step());
  }

  /**
   * Makes a booster, or loads the newest snapshot's, with what the container says and defaults.
   *
   * @param train the training data; must be the same in each attempt
   * @param parameters the parameters, as for {@code XGBoost.train}
   * @return the open checkpointer
   * @throws XGBoostError if XGBoost does not take the data or the parameters
   * @throws CheckpointException if snapshots were found and none can be used
   */
  public static XgboostCheckpointer open(DMatrix train, Map<String, Object> parameters)
      throws XGBoostError, CheckpointException {
    return open(train, parameters, Checkpointer.builder());
  }

  /**
   * Makes a booster, or loads the newest snapshot's, with settings of your own.
   *
   * @param train the training data; must be the same in each attempt
   * @param parameters the parameters, as for {@code XGBoost.train}
   * @param settings when to save, what to keep, where
   * @return the open checkpointer
   * @throws XGBoostError if XGBoost does not take the data or the parameters
   * @throws CheckpointException if snapshots were found and none can be used
   */
  public static XgboostCheckpointer open(
      DMatrix train, Map<String, Object> parameters, CheckpointerBuilder settings)
      throws XGBoostError, CheckpointException {
    Parameters all = new Parameters(parameters);
    if (all.learnsPositionBias()) {
      throw new IllegalArgumentException(
          "A loop of your own cannot go on with lambdarank_unbiased=true: XGBoost takes only"
              + " iteration 0 after a resume. Train with XgboostTraining.train.");
    }
    all.sayWhatIsNotExact();
    LiveBooster live = LiveBooster.untrained(train, all, Map.of(), Optional.empty());
    return open(train, live, Evaluation.none(), Fingerprint.builder(), settings);
  }

  static XgboostCheckpointer open(
      DMatrix train,
      LiveBooster live,
      Evaluation evaluation,
      Fingerprint.Builder facts,
      CheckpointerBuilder settings)
      throws XGBoostError, CheckpointException {
    Workers workers = Workers.joined();
    TrainingData.of(train, workers).describe(facts);
    facts.identity("features", live.booster().getNumFeature());
    facts.identity("workers", workers.count());
    XgboostTrainingState state = new XgboostTrainingState(live, evaluation, facts);
    Checkpointer checkpointer = workers.tell(settings).open(state);
    try {
      live.rehearseFirstRound(train);
      return new XgboostCheckpointer(live, workers, checkpointer);
    } catch (XGBoostError | RuntimeException e) {
      checkpointer.close();
      throw e;
    }
  }

  /**
   * The booster to update. Stays the same until the checkpointer is closed, and is not disposed
   * with it.
   *
   * @return the booster
   */
  public Booster booster() {
    return live.booster();
  }

  /**
   * How many rounds are complete, this attempt's and all before it: the number of the next one.
   *
   * @return from 0
   */
  public int round() {
    return round;
  }

  /**
   * Tells that a round is complete. Copies the model if a snapshot is due.
   *
   * @throws XGBoostError if XGBoost fails
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void afterRound() throws XGBoostError, CheckpointException {
    afterRound(Map.of());
  }

  /**
   * Tells that a round is complete, with metrics. Copies the model if a snapshot is due.
   *
   * @param metrics metrics of the round, by name
   * @throws XGBoostError if XGBoost fails
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void afterRound(Map<String, Double> metrics) throws XGBoostError, CheckpointException {
    live.endRound();
    round++;
    lastMetrics = metrics;
    checkpointer.afterStep(Progress.ofStep(round), metrics);
    boolean asked = checkpointer.isStopRequested();
    stopRequested = workers.any(asked);
    if (stopRequested) {
      saveBeforeStop(asked);
    }
  }

  /** A worker that was asked to stop has saved; one that stops with another has not yet. */
  private void saveBeforeStop(boolean asked) throws CheckpointException {
    LOG.info("Asked to stop: the training ends after {} rounds. Start it again to go on.", round);
    if (!asked) {
      checkpointer.requestStop();
      checkpointer.afterStep(Progress.ofStep(round), lastMetrics);
    }
  }

  /**
   * Whether the process, or another one that trains with it, was asked to stop (SIGTERM) before the
   * latest round ended. The loop should end; {@link #close} makes durable what was copied. If
   * rounds are left, the booster is no model yet: leave without {@link #finish}.
   *
   * @return the same on all workers
   */
  public boolean isStopRequested() {
    return stopRequested;
  }

  /**
   * Tells that the training is complete. Saves if the policy says so, and waits until everything
   * copied is durable.
   *
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void finish() throws CheckpointException {
    checkpointer.finish(Progress.ofStep(round), lastMetrics);
  }

  /** Finishes what was copied. Does not take another snapshot. */
  @Override
  public void close() {
    checkpointer.close();
  }
}
