// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class DjlTrainingStateTest {

  @Test
  void aTrainerWithoutParametersIsRefused() {
    try (Model model = Model.newInstance("mlp")) {
      model.setBlock(Training.block(8));
      try (Trainer trainer =
          model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
        assertThatThrownBy(() -> new DjlTrainingState(trainer))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith(
                "Cannot open a checkpoint for this trainer: parameters [01Linear_")
            .hasMessageEndingWith("have no value yet. Call trainer.initialize(shape) first.");
      }
    }
  }

  @Test
  void aTypeThatDjlCannotGiveBackIsRefusedWithoutAskingDjlForIt() {
    assertThatThrownBy(() -> TensorTypes.specOf("weight", DataType.BFLOAT16, new Shape(2, 3)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith("Cannot save tensor 'weight' of bfloat16 (2, 3): DJL cannot")
        .hasMessageContaining("[float32, float64, float16,");
  }

  @Test
  void anotherDjlIsSaid() {
    assertThatThrownBy(() -> Internals.field(Trainer.class, "parameters"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Cannot reach the training state of DJL 0.35.1: expected a field 'parameters' in"
                + " ai.djl.training.Trainer, but there is none. This Cairn was made for DJL 0.35.1;"
                + " use that version or a newer Cairn.");
    assertThatThrownBy(() -> Internals.get(String.class, "hash", "text", Trainer.class))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("--add-opens java.base/java.lang=ALL-UNNAMED");
  }

  @Test
  void theFingerprintSaysWhatExactnessDependsOn() {
    Training.seed(11);
    try (Training training = Training.with("adam").start()) {
      assertThat(training.state.fingerprint().identity())
          .containsEntry("framework", "djl")
          .containsEntry("optimizer", "ai.djl.training.optimizer.Adam")
          .containsEntry("seed", "11");
      assertThat(training.state.fingerprint().environment())
          .containsEntry("djl", "0.35.1")
          .containsEntry("engine", "PyTorch 2.7.1")
          .containsEntry("threads", "1")
          .containsEntry("devices", "cpu()")
          .containsEntry("cpu", System.getProperty("os.arch"));
    }
  }

  @Test
  void aSeedThatTheUserDidNotSetIsNoIdentity() throws ReflectiveOperationException {
    try (Training training = Training.with("sgd").start()) {
      Field seed = ai.djl.engine.Engine.class.getDeclaredField("seed");
      seed.setAccessible(true);
      seed.set(training.trainer.getManager().getEngine(), null);
      DjlTrainingState unseeded = new DjlTrainingState(training.trainer);
      assertThat(unseeded.fingerprint().identity()).doesNotContainKey("seed");

      unseeded.randomness().beforeStep(3);
      assertThat(new DjlTrainingState(training.trainer).fingerprint().identity())
          .as("a seed set for a step is not the user's")
          .doesNotContainKey("seed");
    }
  }
}
