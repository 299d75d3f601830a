// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.IEvaluation;
import ml.dmlc.xgboost4j.java.IObjective;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** A kind of training, with all there is to compare of how it ends. */
enum Recipe {
  HIST(Samples.Labels.NUMBERS, "tree_method=hist", "nthread=2"),
  APPROX(Samples.Labels.NUMBERS, "tree_method=approx", "nthread=2"),
  EXACT(Samples.Labels.NUMBERS, "tree_method=exact", "colsample_bynode=1"),
  LEAVES(Samples.Labels.NUMBERS, "tree_method=hist", "grow_policy=lossguide", "max_leaves=12"),
  NO_SAMPLING(
      Samples.Labels.NUMBERS,
      "subsample=1",
      "colsample_bytree=1",
      "colsample_bylevel=1",
      "colsample_bynode=1"),
  NO_SAMPLING_APPROX(
      Samples.Labels.NUMBERS,
      "tree_method=approx",
      "subsample=1",
      "colsample_bytree=1",
      "colsample_bylevel=1",
      "colsample_bynode=1"),
  NO_SAMPLING_EXACT(
      Samples.Labels.NUMBERS,
      "tree_method=exact",
      "subsample=1",
      "colsample_bytree=1",
      "colsample_bylevel=1",
      "colsample_bynode=1"),
  UPDATERS_BY_HAND(Samples.Labels.NUMBERS, "updater=grow_histmaker,prune"),
  DART(Samples.Labels.NUMBERS, "booster=dart", "rate_drop=0.3", "skip_drop=0.2"),
  DART_APPROX(Samples.Labels.NUMBERS, "booster=dart", "tree_method=approx", "rate_drop=0.3"),
  LINEAR(Samples.Labels.NUMBERS, "booster=gblinear", "updater=coord_descent"),
  LINEAR_SHUFFLED(
      Samples.Labels.NUMBERS,
      "booster=gblinear",
      "updater=coord_descent",
      "feature_selector=shuffle"),
  LINEAR_GREEDY(
      Samples.Labels.NUMBERS,
      "booster=gblinear",
      "updater=coord_descent",
      "feature_selector=greedy"),
  LINEAR_SHOTGUN(Samples.Labels.NUMBERS, "booster=gblinear", "updater=shotgun"),
  ABSOLUTE_ERROR(Samples.Labels.NUMBERS, "objective=reg:absoluteerror"),
  QUANTILE(Samples.Labels.NUMBERS, "objective=reg:quantileerror", "quantile_alpha=0.3"),
  BINARY(Samples.Labels.YES_NO, "objective=binary:logistic", "eval_metric=auc"),
  CLASSES_AND_PARALLEL_TREES(
      Samples.Labels.THREE_CLASSES,
      "objective=multi:softprob",
      "num_class=3",
      "num_parallel_tree=3"),
  CATEGORIES(Samples.Labels.FROM_CATEGORIES, "tree_method=hist", "max_cat_to_onehot=3"),
  CATEGORIES_APPROX(Samples.Labels.FROM_CATEGORIES, "tree_method=approx", "max_cat_to_onehot=3"),
  RANKING(Samples.Labels.RANKED, "objective=rank:ndcg"),
  RANKING_MEAN(Samples.Labels.RANKED, "objective=rank:ndcg", "lambdarank_pair_method=mean"),
  OWN_OBJECTIVE_APPROX(Samples.Labels.YES_NO, "own=objective", "tree_method=approx"),
  OWN_OBJECTIVE(Samples.Labels.YES_NO, "own=both"),
  OWN_OBJECTIVE_LOGISTIC(Samples.Labels.YES_NO, "own=objective", "objective=binary:logistic"),
  OWN_METRIC(Samples.Labels.YES_NO, "own=metric", "objective=binary:logistic"),
  EARLY_STOPPING(Samples.Labels.NUMBERS, "patience=4", "eta=0.9", "max_depth=8");

  static final int ROUNDS = 24;
  static final int ROWS = 600;

  private static final String COMMON = "nthread=1 verbosity=0 verbose_eval=1 ";
  private static final String SAMPLING =
      "subsample=0.7 colsample_bytree=0.7 colsample_bylevel=0.8 colsample_bynode=0.8"
          + " eta=0.2 max_depth=4 ";

  private final Samples.Labels labels;
  private final String changes;

  Recipe(Samples.Labels labels, String... changes) {
    this.labels = labels;
    this.changes = String.join(" ", changes);
  }

  private Map<String, String> options() {
    String sampling = changes.contains("booster=gblinear") ? "" : SAMPLING;
    Map<String, String> options = new TreeMap<>();
    for (String assignment : (COMMON + sampling + changes).split(" ", -1)) {
      int equals = assignment.indexOf('=');
      options.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    return options;
  }

  Map<String, Object> parameters() {
    Map<String, Object> parameters = new TreeMap<>(options());
    parameters.keySet().removeAll(List.of("own", "patience"));
    return parameters;
  }

  DMatrix trainingData() throws XGBoostError {
    return Samples.of(labels, ROWS, 1);
  }

  Map<String, DMatrix> watches(DMatrix training) throws XGBoostError {
    Map<String, DMatrix> watches = new LinkedHashMap<>();
    watches.put("train", training);
    watches.put("test", Samples.of(labels, ROWS / 4, 2));
    return watches;
  }

  private IObjective objective() {
    return owns("objective") ? new Own.LogLoss() : null;
  }

  private IEvaluation metric(int lastCall) {
    return owns("metric") ? new Own.WrongSigns(lastCall) : null;
  }

  private boolean owns(String what) {
    String own = options().getOrDefault("own", "");
    return own.equals("both") || own.equals(what);
  }

  private int patience() {
    return Integer.parseInt(options().getOrDefault("patience", "0"));
  }

  /** Trains with Cairn, and says how it ended; a line says so if it did not. */
  String train(CheckpointerBuilder settings) throws XGBoostError, CheckpointException {
    return train(settings, ROUNDS, 0);
  }

  /** As {@link #train}; a metric of its own ends the process at a call, if one is given. */
  String train(CheckpointerBuilder settings, int rounds, int lastCall)
      throws XGBoostError, CheckpointException {
    DMatrix data = trainingData();
    float[][] metrics = new float[2][Math.max(rounds, ROUNDS)];
    Booster booster =
        XgboostTraining.train(
            data,
            parameters(),
            rounds,
            watches(data),
            metrics,
            objective(),
            metric(lastCall),
            patience(),
            null,
            settings);
    if (XgboostTraining.isUnfinished(booster)) {
      System.out.println("unfinished");
    }
    return end(booster, metrics);
  }

  /** Trains by XGBoost alone, and says how it ended. */
  String trainByXgboost() throws XGBoostError {
    DMatrix data = trainingData();
    float[][] metrics = new float[2][ROUNDS];
    Booster booster =
        XGBoost.train(
            data, parameters(), ROUNDS, watches(data), metrics, objective(), metric(0), patience());
    return end(booster, metrics);
  }

  /** Every bit of the model with its attributes, and all scores. */
  static String end(Booster booster, float[][] metrics) throws XGBoostError {
    return new String(booster.toByteArray("json"), StandardCharsets.UTF_8)
        + "\nrounds "
        + booster.getNumBoostedRound()
        + " attributes "
        + new TreeMap<>(booster.getAttrs())
        + "\n"
        + Arrays.deepToString(metrics);
  }
}
