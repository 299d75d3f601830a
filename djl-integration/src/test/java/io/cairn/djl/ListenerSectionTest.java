// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.training.evaluator.Evaluator;
import ai.djl.training.listener.EarlyStoppingListener;
import ai.djl.training.listener.LoggingTrainingListener;
import ai.djl.training.listener.SaveModelTrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.loss.SimpleCompositeLoss;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenerSectionTest {
  private static final String EPOCH = "train/epoch";

  @TempDir Path folder;

  @Test
  void averagesOverAnEpochGoOnWhereTheyWere() throws CheckpointException {
    MemorySnapshot saved;
    List<Float> expected;
    try (Training training = Training.with("adam").start()) {
      training.train(Progress.START, 2, 13);
      saved = training.snapshot();
      expected = averages(training);
    }
    assertThat(expected).hasSize(2).doesNotContain(Float.NaN);

    try (Training training = Training.with("adam").start()) {
      assertThat(averages(training)).containsOnly(Float.NaN);
      saved.restore(training.state);
      assertThat(averages(training)).isEqualTo(expected);
      assertThat(training.trainer.getTrainingResult().getEpoch()).isEqualTo(1);
      assertThat(training.trainer.getTrainingResult().getEvaluations())
          .containsKeys("train_loss", "validate_loss", "train_Accuracy");
    }
  }

  @Test
  void theCountsOfTheOtherListenersComeBack() throws Exception {
    MemorySnapshot saved;
    try (Training training = withAll(new Training.Setup()).start()) {
      training.train(Progress.START, 3, 25);
      saved = training.snapshot();
    }
    assertThat(saved.section("listeners").values())
        .containsEntry("LoggingTrainingListener#1.numEpochs", "Integer 2")
        .containsEntry("SaveModelTrainingListener#1.epoch", "Integer 2")
        .containsKey("EarlyStoppingListener#1.prevMetricValue")
        .containsKey("EarlyStoppingListener#1.elapsedMillis");

    try (Training training = withAll(new Training.Setup()).start()) {
      saved.restore(training.state);
      var restored = training.snapshot().section("listeners").values();
      saved
          .section("listeners")
          .values()
          .forEach(
              (name, value) -> {
                if (!name.endsWith("elapsedMillis")) {
                  assertThat(restored).containsEntry(name, value);
                }
              });
    }
  }

  @Test
  void timeBetweenTwoAttemptsIsNotTrainingTime() throws Exception {
    EarlyStoppingListener listener = EarlyStoppingListener.builder().build();
    MemorySnapshot saved;
    try (Training training = new Training.Setup().listener(listener).start()) {
      saved = training.snapshot();
    }
    saved.section("listeners").value("EarlyStoppingListener#1.elapsedMillis", "3600000");

    try (Training training = new Training.Setup().listener(listener).start()) {
      saved.restore(training.state);
      Field start = EarlyStoppingListener.class.getDeclaredField("startTimeMills");
      start.setAccessible(true);
      assertThat(System.currentTimeMillis() - start.getLong(listener))
          .isBetween(3_600_000L, 3_700_000L);
    }
  }

  @Test
  void theSumsOfALossInsideALossComeBack() throws CheckpointException {
    MemorySnapshot saved;
    List<Float> expected;
    try (Training training = new Training.Setup().loss(twoLosses()).start()) {
      training.train(Progress.START, 2, 13);
      saved = training.snapshot();
      expected = averages(training);
    }
    assertThat(saved.section("listeners").values())
        .containsKey("both#1.components#2.totalLoss/train/epoch");

    try (Training training = new Training.Setup().loss(twoLosses()).start()) {
      saved.restore(training.state);
      assertThat(averages(training)).isEqualTo(expected);
    }
  }

  @Test
  void stateThatIsNoNumberIsSaid() {
    try (Training training = Training.with("sgd").start()) {
      MemorySnapshot saved = training.snapshot();
      saved.section("listeners").value("EpochTrainingListener#1.numEpochs", "Integer many");

      assertThatThrownBy(() -> saved.restore(training.state))
          .isInstanceOf(CheckpointException.class)
          .hasMessage(
              "Expected a type and a number in a listener's saved state, as in 'Long 12', but found"
                  + " 'Integer many'");
    }
  }

  private Training.Setup withAll(Training.Setup setup) {
    return setup
        .listener(new LoggingTrainingListener())
        .listener(new SaveModelTrainingListener(folder.toString(), "model", 100))
        .listener(EarlyStoppingListener.builder().optEpochPatience(9).build());
  }

  private static Loss twoLosses() {
    return new SimpleCompositeLoss("both")
        .addLoss(Loss.softmaxCrossEntropyLoss("first"))
        .addLoss(Loss.softmaxCrossEntropyLoss("second", 0.5f, -1, true, true));
  }

  private static List<Float> averages(Training training) {
    List<Float> averages = new ArrayList<>();
    for (Evaluator evaluator : training.trainer.getEvaluators()) {
      averages.add(evaluator.getAccumulator(EPOCH));
    }
    return averages;
  }
}
