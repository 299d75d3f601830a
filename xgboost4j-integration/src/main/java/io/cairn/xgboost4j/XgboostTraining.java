// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.NothingToTrain;
import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IEvaluation;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains as {@code XGBoost.train} does, saves the whole state while it does so, and goes on from
 * the newest snapshot when the same script is started again.
 *
 * <pre>{@code
 * -Booster booster = XGBoost.train(train, parameters, 500, watches, null, null);
 * +Booster booster = XgboostTraining.train(train, parameters, 500, watches, null, null);
 * }</pre>
 *
 * <p>A resumed training ends with the same model, bit for bit, as one that was never interrupted,
 * after whatever round it was interrupted. For this, random numbers are seeded by round ({@code
 * seed_per_iteration} is set to true) and the updaters are made anew after each round, with and
 * without snapshots alike. So a model with sampling differs from the one that {@code XGBoost.train}
 * makes; without sampling it is the same. Not exact are {@code lambdarank_unbiased}, whose position
 * biases start again at a resume, a linear booster with {@code tolerance}, which forgets that it
 * has converged, and the linear updater {@code shotgun} on several threads, which no two trainings
 * do alike. Exactness further depends on the number of threads, the version of XGBoost, the
 * processor, the device and on which worker has which share of the data; a resume under others is
 * said.
 *
 * <p>Part of the state are the model with its attributes, the scores of all watches after each
 * round, and early stopping. After a resume, the scores of earlier rounds are in the caller's array
 * as well. An objective or metric of your own that remembers something starts anew.
 *
 * <p>Workers that were joined by {@code Communicator.init} resume together; the first one saves. If
 * the process is asked to stop (SIGTERM), the method saves and returns the booster so far, with
 * fewer rounds. Ask before it is used as the model:
 *
 * <pre>{@code
 * if (XgboostTraining.isUnfinished(booster)) {
 *   return; // asked to stop: the next start goes on from here
 * }
 * }</pre>
 */
public final class XgboostTraining {
  private static final Logger LOG = LoggerFactory.getLogger(XgboostTraining.class);

  private XgboostTraining() {}

  /**
   * Trains until so many rounds are complete, this attempt's and all before it.
   *
   * @param dtrain the training data; must be the same in each attempt
   * @param params the parameters
   * @param round how many rounds the whole training has
   * @param watches the data sets to evaluate after each round, by name
   * @param obj an objective of your own, or null
   * @param eval a metric of your own, or null
   * @return the trained booster; if asked to stop, {@linkplain #isUnfinished unfinished}
   * @throws XGBoostError if XGBoost fails
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Booster train(
      DMatrix dtrain,
      Map<String, Object> params,
      int round,
      Map<String, DMatrix> watches,
      IObjective obj,
      IEvaluation eval)
      throws XGBoostError, CheckpointException {
    return train(dtrain, params, round, watches, null, obj, eval, 0);
  }

  /**
   * Trains until so many rounds are complete, or no better one comes.
   *
   * @param dtrain the training data; must be the same in each attempt
   * @param params the parameters
   * @param round how many rounds the whole training has
   * @param watches the data sets to evaluate after each round, by name
   * @param metrics takes the scores by watch and round, those before a resume too; or null
   * @param obj an objective of your own, or null
   * @param eval a metric of your own, or null
   * @param earlyStoppingRounds stop after so many rounds in which the last watch got no better
   *     score; 0 for never
   * @return the trained booster; if asked to stop, {@linkplain #isUnfinished unfinished}
   * @throws XGBoostError if XGBoost fails
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Booster train(
      DMatrix dtrain,
      Map<String, Object> params,
      int round,
      Map<String, DMatrix> watches,
      float[][] metrics,
      IObjective obj,
      IEvaluation eval,
      int earlyStoppingRounds)
      throws XGBoostError, CheckpointException {
    return train(dtrain, params, round, watches, metrics, obj, eval, earlyStoppingRounds, null);
  }

  /**
   * Trains a booster further, by so many rounds.
   *
   * @param dtrain the training data; must be the same in each attempt
   * @param params the parameters
   * @param round how many rounds the whole training has, not counting those of the booster given
   * @param watches the data sets to evaluate after each round, by name
   * @param metrics takes the scores by watch and round, those before a resume too; or null
   * @param obj an objective of your own, or null
   * @param eval a metric of your own, or null
   * @param earlyStoppingRounds stop after so many rounds in which the last watch got no better
   *     score; 0 for never
   * @param booster the booster to go on with, the same in each attempt; null to start a new one. It
   *     stays as it is. Its model is gone on with, not the parameters that it was trained with:
   *     {@code params} are to have all
   * @return the trained booster, not the one given; if asked to stop, {@linkplain #isUnfinished
   *     unfinished}
   * @throws XGBoostError if XGBoost fails
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Booster train(
      DMatrix dtrain,
      Map<String, Object> params,
      int round,
      Map<String, DMatrix> watches,
      float[][] metrics,
      IObjective obj,
      IEvaluation eval,
      int earlyStoppingRounds,
      Booster booster)
      throws XGBoostError, CheckpointException {
    return train(
        dtrain,
        params,
        round,
        watches,
        metrics,
        obj,
        eval,
        earlyStoppingRounds,
        booster,
        Checkpointer.builder());
  }

  /**
   * Trains until so many rounds are complete, with settings of your own.
   *
   * @param dtrain the training data; must be the same in each attempt
   * @param params the parameters
   * @param round how many rounds the whole training has
   * @param watches the data sets to evaluate after each round, by name
   * @param obj an objective of your own, or null
   * @param eval a metric of your own, or null
   * @param settings when to save, what to keep, where
   * @return the trained booster; if asked to stop, {@linkplain #isUnfinished unfinished}
   * @throws XGBoostError if XGBoost fails
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Booster train(
      DMatrix dtrain,
      Map<String, Object> params,
      int round,
      Map<String, DMatrix> watches,
      IObjective obj,
      IEvaluation eval,
      CheckpointerBuilder settings)
      throws XGBoostError, CheckpointException {
    return train(dtrain, params, round, watches, null, obj, eval, 0, null, settings);
  }

  /**
   * Trains with everything there is to set.
   *
   * @param dtrain the training data; must be the same in each attempt
   * @param params the parameters
   * @param round how many rounds the whole training has, not counting those of the booster given
   * @param watches the data sets to evaluate after each round, by name
   * @param metrics takes the scores by watch and round, those before a resume too; or null
   * @param obj an objective of your own, or null
   * @param eval a metric of your own, or null
   * @param earlyStoppingRounds stop after so many rounds in which the last watch got no better
   *     score; 0 for never
   * @param booster the booster to go on with, the same in each attempt; null to start a new one. It
   *     stays as it is. Its model is gone on with, not the parameters that it was trained with:
   *     {@code params} are to have all
   * @param settings when to save, what to keep, where
   * @return the trained booster, not the one given; if asked to stop, {@linkplain #isUnfinished
   *     unfinished}
   * @throws XGBoostError if XGBoost fails
   * @throws CheckpointException if snapshots cannot be used, or cannot be saved for too long
   */
  public static Booster train(
      DMatrix dtrain,
      Map<String, Object> params,
      int round,
      Map<String, DMatrix> watches,
      float[][] metrics,
      IObjective obj,
      IEvaluation eval,
      int earlyStoppingRounds,
      Booster booster,
      CheckpointerBuilder settings)
      throws XGBoostError, CheckpointException {
    Parameters parameters =
        booster == null ? new Parameters(params) : Parameters.goingOnWith(booster, params);
    parameters.sayWhatIsNotExact();
    if (booster != null) {
      LOG.warn(
          "Goes on with the model of the booster given and the parameters {}; others that it was"
              + " trained with do not hold, for no model has them: repeat those you want",
          params.keySet());
    }
    Fingerprint.Builder facts =
        Fingerprint.builder()
            .identity("own objective", obj != null)
            .identity("continued from", booster == null ? "nothing" : nameOf(booster));
    Optional<IObjective> objective = Optional.ofNullable(obj);
    LiveBooster live =
        booster == null
            ? LiveBooster.untrained(dtrain, parameters, watches, objective)
            : LiveBooster.goingOnWith(booster, parameters, objective);
    Evaluation evaluation =
        new Evaluation(
            watches,
            params,
            Optional.ofNullable(metrics),
            Optional.ofNullable(eval),
            earlyStoppingRounds);
    try (XgboostCheckpointer checkpoints =
        XgboostCheckpointer.open(dtrain, live, evaluation, facts, settings)) {
      run(dtrain, live, evaluation, round, checkpoints);
      if (!isComplete(checkpoints, evaluation, round)) {
        UnfinishedBoosters.add(live.booster());
      }
    }
    return live.booster();
  }

  /**
   * Whether the training that returned a booster had rounds left when it was asked to stop
   * (SIGTERM). Such a booster is no model yet: the script, started again, goes on with it. One that
   * early stopping ended is finished.
   *
   * @param booster what {@code train} returned, no copy of it
   * @return the same on all workers
   */
  public static boolean isUnfinished(Booster booster) {
    return UnfinishedBoosters.contain(booster);
  }

  private static String nameOf(Booster booster) throws XGBoostError {
    return "model " + Sha256.shortHex(booster.toByteArray("ubj"));
  }

  private static void run(
      DMatrix train,
      LiveBooster live,
      Evaluation evaluation,
      int rounds,
      XgboostCheckpointer checkpoints)
      throws XGBoostError, CheckpointException {
    if (isComplete(checkpoints, evaluation, rounds)) {
      int complete = checkpoints.round();
      LOG.warn(
          complete < rounds
              ? NothingToTrain.endedBy("early stopping after " + complete + " rounds")
              : NothingToTrain.complete(complete, rounds, "rounds"));
      return;
    }
    while (!isComplete(checkpoints, evaluation, rounds) && !checkpoints.isStopRequested()) {
      live.update(train, checkpoints.round());
      checkpoints.afterRound(evaluation.after(checkpoints.round(), live.booster()));
    }
    if (isComplete(checkpoints, evaluation, rounds)) {
      checkpoints.finish();
    }
  }

  private static boolean isComplete(
      XgboostCheckpointer checkpoints, Evaluation evaluation, int rounds) {
    return checkpoints.round() >= rounds || evaluation.isOver(checkpoints.round());
  }
}
