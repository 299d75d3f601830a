// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Checkpointed;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.EarlyStoppingResult.TerminationReason;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.EpochTerminationCondition;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxScoreIterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxTimeIterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.ScoreImprovementEpochTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class Dl4jEarlyStoppingTest {

  @TempDir Path folder;

  private CheckpointerBuilder settings(SavePolicy policy) {
    return Checkpointer.builder().baseFolder(folder).savePolicy(policy).whenBusy(WhenBusy.WAIT);
  }

  private static MultiLayerNetwork network() {
    return Trainings.dense(
        conf ->
            conf.updater(new Adam(0.05))
                .dropOut(new Dropout(new ExponentialSchedule(ScheduleType.EPOCH, 0.9, 0.95))));
  }

  private static Rows rows() {
    return rows("itself");
  }

  private static Rows rows(String shuffledBy) {
    List<DataSet> points = Rows.points(Rows.COUNT, Trainings.FEATURES);
    return switch (shuffledBy) {
      case "itself" -> Rows.shuffledByItself(points, true);
      case "nd4j" -> Rows.shuffledByNd4j(points);
      case "seekable" -> Rows.seekable(points);
      default -> throw new IllegalArgumentException(shuffledBy);
    };
  }

  private static EarlyStoppingConfiguration<MultiLayerNetwork> configuration() {
    return new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
        .modelSaver(new InMemoryModelSaver<>())
        .scoreCalculator(
            new DataSetLossCalculator(
                new Rows(Rows.points(45, Trainings.FEATURES).subList(30, 45), 5, false), true))
        .epochTerminationConditions(
            new MaxEpochsTerminationCondition(40), new ScoreImprovementEpochTerminationCondition(3))
        .iterationTerminationConditions(new MaxTimeIterationTerminationCondition(1, TimeUnit.HOURS))
        .evaluateEveryNEpochs(1)
        .build();
  }

  private static String shown(EarlyStoppingResult<MultiLayerNetwork> result) {
    return result.getTerminationReason()
        + " "
        + result.getTerminationDetails()
        + " "
        + result.getScoreVsEpoch()
        + " best "
        + result.getBestModelEpoch()
        + " "
        + result.getBestModelScore()
        + " total "
        + result.getTotalEpochs()
        + " after "
        + result.getBestModel().getIterationCount()
        + " iterations and "
        + result.getBestModel().getEpochCount()
        + " epochs "
        + rates(result.getBestModel())
        + " "
        + result.getBestModel().params();
  }

  private static List<Double> rates(MultiLayerNetwork network) {
    return Stream.of(0, 1, 2).map(network::getLearningRate).toList();
  }

  private static void failAt(MultiLayerNetwork network, int step) {
    network.addListeners(
        new BaseTrainingListener() {
          private int left = step;

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            if (--left == 0) {
              throw new IllegalStateException("killed");
            }
          }
        });
  }

  /** Epochs have 10 steps, so these are the first, others in their middle, and one's beginning. */
  @ParameterizedTest
  @CsvSource({
    "itself, 7",
    "itself, 26",
    "itself, 41",
    "itself, 62",
    "nd4j, 7",
    "nd4j, 11",
    "nd4j, 26",
    "nd4j, 41",
    "seekable, 7",
    "seekable, 11",
    "seekable, 26",
    "seekable, 41"
  })
  void endsAsDl4jDoesAlone(String shuffledBy, int killedAt) throws Exception {
    MultiLayerNetwork alone = network();
    String expected =
        shown(new EarlyStoppingTrainer(configuration(), alone, rows(shuffledBy)).fit());
    String expectedBits = Trainings.bits(alone);

    SavePolicy policy = SavePolicy.anyOf(SavePolicy.everySteps(4), SavePolicy.everyEpochs(1));
    MultiLayerNetwork killed = network();
    failAt(killed, killedAt);
    assertThatThrownBy(
            () ->
                Dl4jEarlyStopping.fit(configuration(), killed, rows(shuffledBy), settings(policy)))
        .hasMessage("killed");
    MultiLayerNetwork resumed = network();
    EarlyStoppingResult<MultiLayerNetwork> result =
        Dl4jEarlyStopping.fit(configuration(), resumed, rows(shuffledBy), settings(policy))
            .orElseThrow();

    assertThat(shown(result)).isEqualTo(expected);
    assertThat(Trainings.bits(resumed)).isEqualTo(expectedBits);
  }

  /** The best network has the rates that were set when it was the best. */
  @Test
  void theBestNetworkKeepsLearningRatesSetWhileTraining() throws Exception {
    MultiLayerNetwork alone = network();
    slowAt(alone, 15);
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(configuration(), alone, rows()).fit();
    String expected = shown(result);
    assertThat(expected).contains(" epochs [0.01, 0.01, 0.01] ");

    MultiLayerNetwork killed = network();
    slowAt(killed, 15);
    failAt(killed, result.getBestModelEpoch() * 10 + 15);
    SavePolicy policy = SavePolicy.everySteps(4);
    assertThatThrownBy(
            () -> Dl4jEarlyStopping.fit(configuration(), killed, rows(), settings(policy)))
        .hasMessage("killed");
    MultiLayerNetwork resumed = network();
    slowAt(resumed, 15);
    assertThat(
            shown(
                Dl4jEarlyStopping.fit(configuration(), resumed, rows(), settings(policy))
                    .orElseThrow()))
        .isEqualTo(expected);
  }

  private static void slowAt(MultiLayerNetwork network, int step) {
    network.addListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            if (iteration == step) {
              network.setLearningRate(0.01);
            }
          }
        });
  }

  private static EarlyStoppingConfiguration<MultiLayerNetwork> endingBy(
      IterationTerminationCondition condition) {
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration = configuration();
    configuration.setIterationTerminationConditions(List.of(condition));
    return configuration;
  }

  /** A condition of the epoch, and the 26th iteration. */
  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, 26})
  void aTrainingThatHasEndedGivesItsResultAgain(int iterations) throws Exception {
    SavePolicy atEnd = SavePolicy.atEnd();
    MultiLayerNetwork alone = network();
    String expected =
        shown(new EarlyStoppingTrainer(endingBy(new After(iterations)), alone, rows()).fit());
    MultiLayerNetwork first = network();
    Dl4jEarlyStopping.fit(endingBy(new After(iterations)), first, rows(), settings(atEnd));
    MultiLayerNetwork second = network();
    failAt(second, 1);
    assertThat(
            shown(
                Dl4jEarlyStopping.fit(
                        endingBy(new After(iterations)), second, rows(), settings(atEnd))
                    .orElseThrow()))
        .isEqualTo(expected);
    assertThat(second.params()).isEqualTo(first.params()).isEqualTo(alone.params());
    assertThat(second.getEpochCount())
        .isEqualTo(first.getEpochCount())
        .isEqualTo(alone.getEpochCount());
  }

  /** Ends a training after so many iterations. */
  private static final class After implements IterationTerminationCondition {
    private int left;

    After(int iterations) {
      left = iterations;
    }

    @Override
    public void initialize() {}

    @Override
    public boolean terminate(double score) {
      return --left == 0;
    }

    @Override
    public String toString() {
      return "After";
    }
  }

  /** Ends a training at the sixth epoch that it was asked about. */
  private static class Sixth implements EpochTerminationCondition {
    int asked;

    @Override
    public void initialize() {}

    @Override
    public boolean terminate(int epoch, double score, boolean minimize) {
      return ++asked == 6;
    }
  }

  private static final class SavedSixth extends Sixth implements Checkpointed {
    @Override
    public void capture(SectionSink sink) {
      sink.value("asked", asked);
    }

    @Override
    public void restore(SectionSource source, Consumer<Runnable> afterwards)
        throws CheckpointException {
      int saved = (int) source.longValue("asked");
      afterwards.accept(() -> asked = saved);
    }
  }

  private static EarlyStoppingConfiguration<MultiLayerNetwork> endingBy(
      EpochTerminationCondition condition) {
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration = configuration();
    configuration.setEpochTerminationConditions(List.of(condition));
    return configuration;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConditionOfOnesOwnGoesOnIfItIsSaved(boolean saved) throws Exception {
    SavePolicy policy = SavePolicy.everySteps(4);
    for (int killedAt : new int[] {25, 20}) {
      MultiLayerNetwork killed = network();
      failAt(killed, killedAt);
      assertThatThrownBy(
              () ->
                  Dl4jEarlyStopping.fit(
                      endingBy(saved ? new SavedSixth() : new Sixth()),
                      killed,
                      rows(),
                      settings(policy)))
          .hasMessage("killed");
    }
    EarlyStoppingResult<MultiLayerNetwork> result =
        Dl4jEarlyStopping.fit(
                endingBy(saved ? new SavedSixth() : new Sixth()),
                network(),
                rows(),
                settings(policy))
            .orElseThrow();
    assertThat(result.getTotalEpochs()).isEqualTo(saved ? 6 : 10);
  }

  @Test
  void aConditionOfAnIterationEndsItInTheMiddleOfAnEpoch() throws Exception {
    EarlyStoppingConfiguration<MultiLayerNetwork> configuration =
        endingBy(new MaxScoreIterationTerminationCondition(0.01));
    EarlyStoppingResult<MultiLayerNetwork> result =
        Dl4jEarlyStopping.fit(configuration, network(), rows(), settings(SavePolicy.atEnd()))
            .orElseThrow();
    assertThat(result.getTerminationReason())
        .isEqualTo(TerminationReason.IterationTerminationCondition);
    assertThat(result.getTerminationDetails()).startsWith("MaxScoreIterationTermination");
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph", "sgd"})
  void theCopyOfTheBestNetworkHasItsCounters(String name) {
    Trainings.Training training = Trainings.of(name);
    training.fitByDl4j(2);
    Network copy = Network.of(training.network()).copy();
    assertThat(copy.iterations()).isEqualTo(20);
    assertThat(copy.epochs()).isEqualTo(2);
  }
}
