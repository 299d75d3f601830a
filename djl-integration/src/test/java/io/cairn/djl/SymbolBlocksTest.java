// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractSymbolBlock;
import ai.djl.nn.Block;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.util.PairList;
import org.junit.jupiter.api.Test;

class SymbolBlocksTest {

  /** As an engine loads one from a file. */
  private static final class Loaded extends AbstractSymbolBlock {
    @Override
    protected NDList forwardInternal(
        ParameterStore store, NDList inputs, boolean training, PairList<String, Object> params) {
      return inputs;
    }

    @Override
    public ParameterList getDirectParameters() {
      return new ParameterList();
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputs) {
      return inputs;
    }
  }

  private static String warnings(Block block) {
    try (Model model = Model.newInstance("transfer")) {
      model.setBlock(block);
      try (Trainer trainer =
          model.newTrainer(new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss()))) {
        trainer.initialize(new Shape(4, 3));
        try (LoggedWarnings logged = new LoggedWarnings()) {
          assertThat(new DjlTrainingState(trainer).fingerprint()).isNotNull();
          return logged.of(SymbolBlocks.class);
        }
      }
    }
  }

  private static Linear linear() {
    return Linear.builder().setUnits(2).build();
  }

  @Test
  void aNetworkFromAFileOfTheEngineIsWarnedOf() {
    SequentialBlock features = new SequentialBlock().add(new Loaded());
    assertThat(warnings(new SequentialBlock().add(features).add(linear())))
        .endsWith(
            "Of block SequentialBlock.01SequentialBlock.01Loaded ("
                + Loaded.class.getName()
                + ") a snapshot holds the parameters only: DJL does not tell what else a network from"
                + " a file of the engine has. If it has buffers that training changes (running means"
                + " and variances of batch norm), they begin again from that file when training is"
                + " resumed, and if it is the whole model, it may be in another mode until the first"
                + " validation; then a resumed training has other bits. Export the network by"
                + " torch.jit.trace in evaluation mode, which freezes batch norm, or build it of"
                + " DJL's blocks. Without buffers, and inside of another block, it is exact");
  }

  @Test
  void soIsAModelThatIsOne() {
    assertThat(warnings(new Loaded())).contains("Of block Loaded (" + Loaded.class.getName() + ")");
  }

  @Test
  void aNetworkOfDjlsBlocksIsNot() {
    assertThat(warnings(new SequentialBlock().add(linear()))).isEmpty();
    assertThat(warnings(Training.block(8))).isEmpty();
  }
}
