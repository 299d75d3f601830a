// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Data that draws from a generator of its own with each batch that is read, as augmentation does.
 */
class ReadingDrawsTest {
  private static final int EPOCHS = 4;

  @TempDir Path folder;

  /** Scales each batch by a random number. */
  @SuppressWarnings("serial")
  private static final class Augmented extends Rows {
    private final boolean seededByReset;
    private Random random = new Random(42);
    private int resets;

    Augmented(boolean seededByReset) {
      super(Rows.points(COUNT, Trainings.FEATURES), BATCH, true);
      this.seededByReset = seededByReset;
    }

    @Override
    public DataSet next(int count) {
      DataSet batch = super.next(count);
      batch.getFeatures().muli(0.5 + random.nextDouble());
      return batch;
    }

    @Override
    public void reset() {
      super.reset();
      resets++;
      if (seededByReset) {
        random = new Random(42 + resets);
      }
    }
  }

  private String resumed(boolean seededByReset) throws Exception {
    CheckpointerBuilder settings =
        Checkpointer.builder()
            .baseFolder(folder)
            .savePolicy(SavePolicy.everySteps(4))
            .whenBusy(WhenBusy.WAIT);
    MultiLayerNetwork failing = Trainings.dense(conf -> conf);
    failing.addListeners(
        new BaseTrainingListener() {
          private int left = 26;

          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            if (--left == 0) {
              throw new IllegalStateException("killed");
            }
          }
        });
    assertThatThrownBy(
            () -> Dl4jTraining.fit(failing, new Augmented(seededByReset), EPOCHS, settings))
        .hasMessage("killed");
    MultiLayerNetwork network = Trainings.dense(conf -> conf);
    Dl4jTraining.fit(network, new Augmented(seededByReset), EPOCHS, settings);
    return Trainings.bits(network);
  }

  private static String alone(boolean seededByReset) {
    MultiLayerNetwork network = Trainings.dense(conf -> conf);
    network.fit(new Augmented(seededByReset), EPOCHS);
    return Trainings.bits(network);
  }

  /** What earlier epochs drew is not drawn again. */
  @Test
  void oneGeneratorForAllEpochsIsNotBroughtToItsPlace() throws Exception {
    assertThat(resumed(false)).isNotEqualTo(alone(false));
  }

  @Test
  void aGeneratorThatEachResetSeedsIs() throws Exception {
    assertThat(resumed(true)).isEqualTo(alone(true));
  }
}
