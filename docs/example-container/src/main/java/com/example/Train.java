// SPDX-License-Identifier: Apache-2.0
package com.example;

import io.cairn.sagemaker.ContainerConfig;
import io.cairn.sagemaker.ContainerPaths;
import io.cairn.xgboost4j.XgboostTraining;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;

/**
 * Trains on channel {@code train}, a file {@code train.libsvm}, watches channel {@code validation},
 * and leaves the model where SageMaker takes it from. Asked to stop before the last round, it
 * leaves none; started again, it goes on.
 */
public final class Train {
  private Train() {}

  /** SageMaker's argument, the word {@code train}, means nothing here. */
  public static void main(String[] arguments) throws Exception {
    ContainerPaths paths = ContainerPaths.locate(Optional.empty(), System.getenv());
    List<String> problems = new ArrayList<>();
    ContainerConfig job = ContainerConfig.read(paths, System.getenv(), problems);
    problems.forEach(System.err::println);

    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", "reg:squarederror");
    parameters.put("eta", Double.valueOf(job.hyperparameters().getOrDefault("eta", "0.1")));
    int rounds = Integer.parseInt(job.hyperparameters().getOrDefault("rounds", "100"));

    DMatrix train = load(paths, "train");
    DMatrix validation = load(paths, "validation");
    Booster booster =
        XgboostTraining.train(
            train, parameters, rounds, Map.of("validation", validation), null, null);
    if (XgboostTraining.isUnfinished(booster)) {
      System.err.println("Asked to stop: there is no model yet, the next start goes on");
      return; // with status 0, as SageMaker expects of a job that it stops
    }
    booster.saveModel(paths.base().resolve("model").resolve("model.ubj").toString());
  }

  private static DMatrix load(ContainerPaths paths, String channel) throws Exception {
    Path file = paths.base().resolve("input/data").resolve(channel).resolve(channel + ".libsvm");
    return new DMatrix(file + "?format=libsvm");
  }
}
