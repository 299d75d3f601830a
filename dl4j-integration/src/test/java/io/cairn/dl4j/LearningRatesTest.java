// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * A script may set learning rates while it trains; DL4J then makes other memory for the moments.
 */
class LearningRatesTest {
  private static final int NEVER = Integer.MAX_VALUE;

  private static final Map<String, Consumer<NeuralNetwork>> CHANGES =
      Map.of(
          "all", network -> all(network, 0.003),
          "one", network -> one(network, 0.003),
          "both",
              network -> {
                all(network, 0.002);
                one(network, 0.004);
              });

  @TempDir Path folder;

  private static void all(NeuralNetwork network, double rate) {
    if (network instanceof MultiLayerNetwork layers) {
      layers.setLearningRate(rate);
    } else {
      ((ComputationGraph) network).setLearningRate(rate);
    }
  }

  private static void one(NeuralNetwork network, double rate) {
    if (network instanceof MultiLayerNetwork layers) {
      layers.setLearningRate(1, rate);
    } else {
      ((ComputationGraph) network).setLearningRate("b", rate);
    }
  }

  /** Changes rates in the second epoch, in the middle, and may fail later. */
  private static final class Change extends BaseTrainingListener {
    private final Consumer<NeuralNetwork> change;
    private final int failsAt;

    Change(Consumer<NeuralNetwork> change, int failsAt) {
      this.change = change;
      this.failsAt = failsAt;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (iteration == 13) {
        change.accept((NeuralNetwork) model);
      }
      if (iteration == failsAt) {
        throw new IllegalStateException("killed");
      }
    }
  }

  private static Trainings.Training training(
      String name, Consumer<NeuralNetwork> change, int failsAt) {
    Trainings.Training training = Trainings.of(name);
    Network.of(training.network()).add(new Change(change, failsAt));
    return training;
  }

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everySteps(3))
        .whenBusy(WhenBusy.WAIT);
  }

  private void fit(Trainings.Training training) throws CheckpointException {
    Dl4jTraining.fit(training.network(), training.data(), Trainings.EPOCHS, settings());
  }

  private void fitUntil(String name, Consumer<NeuralNetwork> change, int failsAt) {
    Trainings.Training killed = training(name, change, failsAt);
    assertThatThrownBy(() -> fit(killed)).hasMessage("killed");
  }

  @ParameterizedTest
  @CsvSource({
    "dropout, all",
    "dropout, one",
    "dropout, both",
    "sgd, all",
    "rate-by-epoch, all",
    "graph, all"
  })
  void aRateSetWhileTrainingIsPartOfTheState(String name, String change)
      throws CheckpointException {
    fitUntil(name, CHANGES.get(change), 20);
    fitUntil(name, CHANGES.get(change), 27);
    Trainings.Training resumed = training(name, CHANGES.get(change), NEVER);
    fit(resumed);
    String bits = resumed.bits();

    Trainings.Training alone = training(name, CHANGES.get(change), NEVER);
    alone.fitByDl4j(Trainings.EPOCHS);
    assertThat(bits).isEqualTo(alone.bits());
    assertThat(Network.of(resumed.network()).configurationJson())
        .isEqualTo(Network.of(alone.network()).configurationJson());
  }

  @Test
  void aScheduleSetWhileTrainingMakesASaveFail() {
    Trainings.Training training =
        training(
            "dropout",
            network ->
                ((MultiLayerNetwork) network)
                    .setLearningRate(1, new ExponentialSchedule(ScheduleType.EPOCH, 0.02, 0.7)),
            NEVER);
    assertThatThrownBy(
            () ->
                Dl4jTraining.fit(
                    training.network(),
                    training.data(),
                    Trainings.EPOCHS,
                    settings().failurePolicy(FailurePolicy.strict())))
        .isInstanceOf(CheckpointException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageContaining(
            "Layer 1 was given another schedule of learning rates while training, and a snapshot"
                + " can hold plain rates only: Adam(learningRate=NaN,"
                + " learningRateSchedule=ExponentialSchedule(")
        .hasMessageEndingWith(
            "Give the schedule to the configuration before training begins, or set each rate when"
                + " it is due by network.setLearningRate(rate).");
  }
}
