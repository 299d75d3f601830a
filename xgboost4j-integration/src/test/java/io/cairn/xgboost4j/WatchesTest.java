// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.CheckpointEvents;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.policy.Goal;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code Map.of} has its watches in another order in each process. */
class WatchesTest {
  private static final List<String> ORDER = List.of("train", "test");
  private static final List<String> OTHER_ORDER = List.of("test", "train");

  @TempDir Path folder;

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everySteps(3))
        .whenBusy(WhenBusy.WAIT);
  }

  private static Map<String, DMatrix> watches(DMatrix data, List<String> order) throws Exception {
    Map<String, DMatrix> unordered = Recipe.HIST.watches(data);
    Map<String, DMatrix> watches = new LinkedHashMap<>();
    order.forEach(name -> watches.put(name, unordered.get(name)));
    return watches;
  }

  private static Booster train(
      List<String> order, int rounds, float[][] metrics, int patience, CheckpointerBuilder settings)
      throws Exception {
    DMatrix data = Recipe.HIST.trainingData();
    return XgboostTraining.train(
        data,
        Recipe.HIST.parameters(),
        rounds,
        watches(data, order),
        metrics,
        null,
        null,
        patience,
        null,
        settings);
  }

  private static void swap(float[][] metrics) {
    float[] first = metrics[0];
    metrics[0] = metrics[1];
    metrics[1] = first;
  }

  @Test
  void inAnotherOrderGoOnWithTheirOwnScoresAndBestRound() throws Exception {
    float[][] metrics = new float[2][Recipe.ROUNDS];
    train(ORDER, 10, metrics, 0, settings());
    metrics = new float[2][Recipe.ROUNDS];
    Booster resumed = train(OTHER_ORDER, Recipe.ROUNDS, metrics, 0, settings());
    swap(metrics);
    assertThat(Recipe.end(resumed, metrics)).isEqualTo(Scripts.uninterrupted(Recipe.HIST));
  }

  @Test
  void inAnotherOrderAreRefusedIfTheLastOneStopsTheTraining() throws Exception {
    train(ORDER, 10, null, 100, settings());
    assertThatThrownBy(() -> train(OTHER_ORDER, Recipe.ROUNDS, null, 100, settings()))
        .isInstanceOfSatisfying(
            IncompatibleSnapshotException.class,
            e ->
                assertThat(e.differences())
                    .containsExactly(
                        "last watch, by which training stops early: snapshot has 'test', this"
                            + " training has 'train' (a Map.of has another order in each process:"
                            + " use a LinkedHashMap)"));
  }

  @Test
  void mayBeginToStopTheTrainingLater() throws Exception {
    train(ORDER, 10, null, 0, settings());
    float[][] metrics = new float[2][Recipe.ROUNDS];
    Booster resumed = train(ORDER, Recipe.ROUNDS, metrics, 100, settings());
    assertThat(Recipe.end(resumed, metrics)).isEqualTo(Scripts.uninterrupted(Recipe.HIST));
  }

  @Test
  void ofOtherNamesAreRefused() throws Exception {
    train(ORDER, 10, null, 100, settings());
    assertThatThrownBy(() -> train(List.of("train"), Recipe.ROUNDS, null, 100, settings()))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("watches: snapshot has 'test, train', this training has 'train'");
    assertThatThrownBy(() -> train(List.of(), Recipe.ROUNDS, null, 100, settings()))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("watches: snapshot has 'test, train', this training has ''");
  }

  /** With thousands of rounds, the end would be too late. */
  @Test
  void aMetricOfAnotherNameIsSaidAtTheTenthRound() throws Exception {
    List<String> warnings = new ArrayList<>();
    CheckpointEvents adding =
        new CheckpointEvents() {
          @Override
          public void warned(String warning) {
            warnings.add(warning);
          }
        };
    SavePolicy wrong = SavePolicy.onImprovement("test_rmse", Goal.MIN);
    train(ORDER, Recipe.ROUNDS, null, 0, settings().savePolicy(wrong).events(adding));
    assertThat(warnings)
        .containsExactly(
            "When to save or what to keep goes by [test_rmse], but the training has told the metrics"
                + " [test-rmse, train-rmse] up to step 10 (epoch 0, batch 0): nothing is saved"
                + " or kept for the sake of [test_rmse] until it is told. Correct the name (upper and"
                + " lower case count), or tell the metric");
  }
}
