// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * What of a SameDiff graph training changes. It is the graph that the script made: listeners are
 * handed another one, made for the gradients, without updaters or losses.
 */
final class SameDiffGraph extends Counters {
  private final SameDiff graph;
  private double score = Double.NaN;

  SameDiffGraph(SameDiff graph) {
    this.graph = graph;
    if (graph.getTrainingConfig() == null) {
      throw new IllegalStateException(
          "The graph has no training configuration yet, so there is nothing to save or resume."
              + " Call sd.setTrainingConfig(config) first.");
    }
    initializeUpdaters();
    if (variables().isEmpty()) {
      throw new IllegalStateException(
          "The graph has no variable, so there is nothing to train. Arrays made by sd.zero() or"
              + " sd.constant() are constants; sd.var(name, array) makes a variable.");
    }
  }

  TrainingConfig config() {
    return graph.getTrainingConfig();
  }

  Collection<Listener> listeners() {
    return graph.getListeners();
  }

  /** The arrays of all variables, trainable or not, by name. */
  Map<String, INDArray> variables() {
    Map<String, INDArray> arrays = new TreeMap<>();
    for (SDVariable variable : graph.variables()) {
      if (variable.getVariableType() == VariableType.VARIABLE) {
        arrays.put(variable.name(), variable.getArr());
      }
    }
    return arrays;
  }

  /** The moments of all variables, as in {@code M/w}; none if the updater has no state. */
  Map<String, INDArray> moments() {
    Map<String, INDArray> arrays = new TreeMap<>();
    updaters()
        .forEach(
            (name, updater) ->
                updater
                    .getState()
                    .forEach((moment, array) -> arrays.put(moment + "/" + name, array)));
    return arrays;
  }

  /** SameDiff makes them with the first batch, too late to be restored, and gives no access. */
  private void initializeUpdaters() {
    try {
      Method initialize = SameDiff.class.getDeclaredMethod("initializeTraining");
      initialize.setAccessible(true);
      initialize.invoke(graph);
    } catch (ReflectiveOperationException e) {
      throw otherSameDiff(e);
    }
  }

  @SuppressWarnings("unchecked")
  private Map<String, GradientUpdater<?>> updaters() {
    try {
      Field updaters = SameDiff.class.getDeclaredField("updaterMap");
      updaters.setAccessible(true);
      return (Map<String, GradientUpdater<?>>) updaters.get(graph);
    } catch (ReflectiveOperationException e) {
      throw otherSameDiff(e);
    }
  }

  private static IllegalStateException otherSameDiff(ReflectiveOperationException cause) {
    return new IllegalStateException(
        "The updaters of a SameDiff graph were expected as in ND4J 1.0.0-M2.1, but are not there."
            + " Train with that version.",
        cause);
  }

  /** The operations with their inputs, and the settings of the training. */
  String configurationJson() {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = mapper.createObjectNode();
    try {
      ObjectNode training = (ObjectNode) mapper.readTree(config().toJson());
      training.remove("trainEvaluations");
      training.remove("validationEvaluations");
      json.set("training", training);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The training configuration is not written as JSON", e);
    }
    ObjectNode operations = json.putObject("operations");
    for (SameDiffOp operation : graph.getOps().values()) {
      operations.put(operation.getName(), operation.getOp().opName() + operation.getInputsToOp());
    }
    json.put("losses", graph.getLossVariables().toString());
    return json.toString();
  }

  @Override
  int iterations() {
    return config().getIterationCount();
  }

  @Override
  int epochs() {
    return config().getEpochCount();
  }

  @Override
  double score() {
    return score;
  }

  @Override
  void score(double newScore) {
    score = newScore;
  }

  @Override
  void counters(int iterations, int epochs) {
    config().setIterationCount(iterations);
    config().setEpochCount(epochs);
  }

  /** Notes the loss of each batch, which SameDiff does not keep. */
  Listener scoreKeeper() {
    return new BaseListener() {
      @Override
      public boolean isActive(Operation operation) {
        return operation == Operation.TRAINING;
      }

      @Override
      public void iterationDone(SameDiff gradients, At at, MultiDataSet batch, Loss loss) {
        score = loss.totalLoss();
      }
    };
  }
}
