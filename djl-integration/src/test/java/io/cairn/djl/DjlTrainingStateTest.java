// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.ParameterServer;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.util.PairList;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
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
  void aFieldThatNothingDependsOnMayBeMissingOrOfAnotherType() {
    try (Training training = Training.with("sgd").start()) {
      Internals.setIfThere(Trainer.class, "checked", training.trainer, true);
      Internals.setIfThere(Trainer.class, "gradientsChecked", training.trainer, "true");
      assertThat(Internals.get(Trainer.class, "gradientsChecked", training.trainer, Boolean.class))
          .isFalse();
      Internals.setIfThere(Trainer.class, "gradientsChecked", training.trainer, true);
      assertThat(Internals.get(Trainer.class, "gradientsChecked", training.trainer, Boolean.class))
          .isTrue();
    }
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

  /** A block with two parameters of one name. */
  private static final class Twins extends AbstractBlock {
    private final Parameter one = parameter();
    private final Parameter other = parameter();

    private static Parameter parameter() {
      return Parameter.builder()
          .setName("weight")
          .setType(Parameter.Type.WEIGHT)
          .optShape(new Shape(2, 2))
          .build();
    }

    @Override
    public ParameterList getDirectParameters() {
      ParameterList twins = new ParameterList();
      twins.add(one.getName(), one);
      twins.add(other.getName(), other);
      return twins;
    }

    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      return inputs;
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return inputs;
    }
  }

  @Test
  void twoParametersOfOneNameAreRefusedRatherThanOneOfThemLost() {
    try (Model model = Model.newInstance("twins")) {
      model.setBlock(new Twins());
      try (Trainer trainer =
          model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
        trainer.initialize(new Shape(1));
        assertThatThrownBy(() -> new DjlTrainingState(trainer))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "Cannot save this model: it has two parameters 'weight'. Give the blocks or"
                    + " parameters of your own block different names.");
      }
    }
  }

  @Test
  void aParameterServerThatKeepsParametersItselfIsRefused() {
    try (Training training = Training.with("sgd").start()) {
      ParameterServer foreign =
          (ParameterServer)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {ParameterServer.class},
                  (proxy, method, arguments) -> null);
      Object store =
          Internals.get(Internals.field(Trainer.class, "parameterStore"), training.trainer);
      Internals.set(Internals.field(ParameterStore.class, "parameterServer"), store, foreign);
      assertThatThrownBy(() -> new DjlTrainingState(training.trainer))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith(
              "Cannot save a training on engine PyTorch that keeps its parameters in a ")
          .hasMessageContaining("-Dai.djl.use_local_parameter_server=true");
    }
  }
}
