// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With snapshots at the end of each epoch only, the next epoch is the one it would have been. */
class Dl4jEpochEndTest {

  @TempDir Path folder;

  private void fit(Trainings.Training training) throws CheckpointException {
    fit(training, SavePolicy.everyEpochs(1));
  }

  private void fit(Trainings.Training training, SavePolicy policy) throws CheckpointException {
    CheckpointerBuilder settings =
        Checkpointer.builder().baseFolder(folder).savePolicy(policy).whenBusy(WhenBusy.WAIT);
    Dl4jTraining.fit(training.network(), training.data(), Trainings.EPOCHS, settings);
  }

  @ParameterizedTest
  @CsvSource({
    "async, 14",
    "order-by-nd4j, 14",
    "order-by-nd4j, 35",
    "seekable-data, 25",
    "rate-by-epoch, 23",
    "dropout-schedule, 33",
    "graph, 27",
    "tbptt, 90",
    "trained-before, 17",
  })
  void theNextEpochHasItsOrderAndItsBits(String name, int failsAt) throws CheckpointException {
    Trainings.Training failing = Trainings.of(name);
    failAt(failing, failsAt);
    assertThatThrownBy(() -> fit(failing)).hasMessage("killed");

    Trainings.Training resumed = Trainings.of(name);
    fit(resumed);
    String bits = resumed.bits();

    Trainings.Training alone = Trainings.of(name);
    alone.fitByDl4j(Trainings.EPOCHS);
    assertThat(bits).isEqualTo(alone.bits());
  }

  private static void failAt(Trainings.Training training, int step) {
    Network.of(training.network())
        .add(
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

  /** It is put into order before the first epoch, too. */
  private static Trainings.Training withDataReadToItsEnd() {
    Trainings.Training training = Trainings.of("order-by-nd4j");
    training.data().forEachRemaining(batch -> {});
    return training;
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 26})
  void dataThatWasReadToItsEndBeforeHasItsOrderInTheMiddleToo(int failsAt)
      throws CheckpointException {
    Trainings.Training failing = withDataReadToItsEnd();
    failAt(failing, failsAt);
    assertThatThrownBy(() -> fit(failing, SavePolicy.everySteps(4))).hasMessage("killed");

    Trainings.Training resumed = withDataReadToItsEnd();
    fit(resumed, SavePolicy.everySteps(4));
    String bits = resumed.bits();

    Trainings.Training alone = withDataReadToItsEnd();
    alone.fitByDl4j(Trainings.EPOCHS);
    assertThat(bits).isEqualTo(alone.bits());
  }
}
