// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.EasyTrain;
import ai.djl.training.dataset.Batch;
import io.cairn.model.TrainingState;
import io.cairn.testkit.TrainingStateContract;
import java.util.HexFormat;

class DjlStateContractTest extends TrainingStateContract {

  @Override
  protected Steppable newTraining() {
    return start(Training.with("adam"));
  }

  @Override
  protected Steppable otherTraining() {
    return start(Training.with("momentum").hidden(34));
  }

  private static Steppable start(Training.Setup setup) {
    Training.seed(7);
    return new Stepped(setup.withoutMetrics().start());
  }

  /** Each step takes some rows at random. */
  private record Stepped(Training training) implements Steppable {
    @Override
    public TrainingState state() {
      return training.state;
    }

    @Override
    public void step(long before) throws Exception {
      training.state.randomness().beforeStep(before);
      try (Batch batch = training.trainer.iterateDataset(training.data).iterator().next()) {
        EasyTrain.trainBatch(training.trainer, batch);
        training.trainer.step();
      }
    }

    @Override
    public String bits() {
      MemorySnapshot snapshot = training.snapshot();
      StringBuilder text = new StringBuilder();
      for (String name : snapshot.sectionNames()) {
        MemorySnapshot.Section section = snapshot.section(name);
        text.append(name).append(section.values()).append('\n');
        section
            .tensors()
            .values()
            .forEach(
                tensor ->
                    text.append(tensor.spec)
                        .append(HexFormat.of().formatHex(tensor.bytes))
                        .append('\n'));
      }
      return text.toString();
    }

    @Override
    public void close() {
      training.close();
    }
  }
}
