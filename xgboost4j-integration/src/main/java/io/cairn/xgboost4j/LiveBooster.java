// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * A booster that stands after each round where a booster loaded from its model would stand.
 *
 * <p>Between two rounds XGBoost keeps state that is in no model: a column sampler of its own random
 * numbers in each updater before 3.3, the order of features in linear updaters. So its updaters are
 * made anew after each round, in every training alike; with random numbers seeded by round, nothing
 * is left that an interruption could lose.
 */
final class LiveBooster {
  private static final String FORMAT = "ubj";

  private final Parameters parameters;
  private final Optional<IObjective> objective;
  private final Booster first;
  private Booster booster;
  private boolean biasLost;

  private LiveBooster(Parameters parameters, Optional<IObjective> objective, Booster first) {
    this.parameters = parameters;
    this.objective = objective;
    this.first = first;
    this.booster = first;
  }

  /** A booster before its first round, as {@code XGBoost.train} makes it. */
  static LiveBooster untrained(
      DMatrix train,
      Parameters parameters,
      Map<String, DMatrix> watches,
      Optional<IObjective> objective)
      throws XGBoostError {
    Booster booster = XGBoost.train(train, parameters.all(), 0, watches, null, null);
    return new LiveBooster(parameters, objective, booster);
  }

  /**
   * A booster that goes on with another's model. The other keeps the parameters it was trained with
   * beside its model, where no snapshot can have them: so they hold in no attempt.
   */
  static LiveBooster goingOnWith(
      Booster base, Parameters parameters, Optional<IObjective> objective) throws XGBoostError {
    Booster copy = load(base.toByteArray(FORMAT), parameters);
    return new LiveBooster(parameters, objective, copy);
  }

  Booster booster() {
    return booster;
  }

  Parameters parameters() {
    return parameters;
  }

  /** Goes on with another booster; the one before is left to whoever holds it. */
  void become(Booster other) {
    booster = other;
    biasLost = parameters.learnsPositionBias();
  }

  /** Trains one round. XGBoost lets position biases that are not there begin in round 0 only. */
  void update(DMatrix train, int round) throws XGBoostError {
    update(booster, train, biasLost ? 0 : round);
    biasLost = false;
  }

  private void update(Booster target, DMatrix train, int iteration) throws XGBoostError {
    if (objective.isPresent()) {
      target.update(train, iteration, objective.get());
    } else {
      target.update(train, iteration);
    }
  }

  /**
   * Brings data that was just read into the state it had after the first round. The tree method
   * approx cuts each feature into bins by what was sampled in that round, and leaves the cuts with
   * the data: so the round is trained once more, and thrown away.
   */
  void rehearseFirstRound(DMatrix train) throws XGBoostError {
    if (booster != first && parameters.cutsInFirstRound()) {
      update(first, train, 0);
      first.dispose();
    }
  }

  /** The model, with the attributes of the booster. */
  byte[] model() throws XGBoostError {
    return booster.toByteArray(FORMAT);
  }

  /** A booster with the model of a snapshot, ready for the next round. */
  Booster load(byte[] model) throws XGBoostError {
    return load(model, parameters);
  }

  private static Booster load(byte[] model, Parameters parameters) throws XGBoostError {
    try {
      Booster loaded = XGBoost.loadModel(model);
      loaded.setParams(parameters.all());
      loaded.getNumBoostedRound(); // lets XGBoost check the parameters now
      return loaded;
    } catch (IOException e) {
      throw new XGBoostError(e.getMessage(), e);
    }
  }

  /**
   * Ends a round. XGBoost makes updaters when those it has are of another kind than asked for, and
   * asks when the rounds are counted; a linear booster makes them whenever parameters are set.
   */
  void endRound() throws XGBoostError {
    if (parameters.buildsTrees()) {
      booster.setParam("tree_method", parameters.otherTreeMethod());
      booster.getNumBoostedRound();
      booster.setParam("tree_method", parameters.treeMethod());
    }
    booster.setParams(parameters.again());
  }
}
