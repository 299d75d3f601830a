// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import io.cairn.model.Progress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FitLoopTest {

  /** Writes down what it is told. */
  private static final class Recorder implements TrainingListener {
    final List<String> events = new ArrayList<>();

    @Override
    public void onEpoch(Trainer trainer) {
      events.add("epoch");
    }

    @Override
    public void onTrainingBatch(Trainer trainer, BatchData batchData) {
      events.add("batch of " + batchData.getBatch().getSize());
    }

    @Override
    public void onValidationBatch(Trainer trainer, BatchData batchData) {
      events.add("validation of " + batchData.getBatch().getSize());
    }

    @Override
    public void onTrainingBegin(Trainer trainer) {
      events.add("begin");
    }

    @Override
    public void onTrainingEnd(Trainer trainer) {
      events.add("end");
    }
  }

  @Test
  void listenersAreToldWhatEasyTrainTellsThem() throws Exception {
    Recorder stock = new Recorder();
    try (Training training = Training.with("sgd").listener(stock).start()) {
      EasyTrain.fit(training.trainer, 2, training.data, training.validation);
    }
    Recorder ours = new Recorder();
    try (Training training = Training.with("sgd").listener(ours).start()) {
      training.train(Progress.START, 2, Long.MAX_VALUE);
    }
    assertThat(ours.events).isEqualTo(stock.events).hasSize(28);
  }

  @Test
  void theLastBatchOfAnEpochIsOnePositionWithItsEnd() {
    List<String> positions = new ArrayList<>();
    try (Training training = Training.with("sgd").start()) {
      training.train(Progress.START, 2, Long.MAX_VALUE, positions::add);
    }
    assertThat(positions)
        .hasSize(20)
        .startsWith("step 1 (epoch 0, batch 1)")
        .containsSubsequence(
            "step 9 (epoch 0, batch 9)",
            "step 10 (epoch 1, batch 0) train_Accuracy train_SoftmaxCrossEntropyLoss train_loss"
                + " validate_Accuracy validate_SoftmaxCrossEntropyLoss validate_loss",
            "step 11 (epoch 1, batch 1)")
        .last()
        .asString()
        .startsWith("step 20 (epoch 2, batch 0)");
  }

  @Test
  void aTrainingThatIsCompleteDoesNothing() {
    Recorder recorder = new Recorder();
    try (Training training = Training.with("sgd").listener(recorder).start()) {
      Progress end = new Progress(20, 2, 0);
      assertThat(training.train(end, 2, Long.MAX_VALUE)).isEqualTo(end);
    }
    assertThat(recorder.events).containsExactly("begin", "end");
  }

  @Test
  void withoutAnEvaluatorListenerThereAreNoEpochResults() {
    List<String> positions = new ArrayList<>();
    Training.Setup setup = Training.with("sgd").withoutListeners();
    try (Training training = setup.start()) {
      training.train(Progress.START, 1, Long.MAX_VALUE, positions::add);
    }
    assertThat(positions).last().isEqualTo("step 10 (epoch 1, batch 0)");
  }
}
