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
import java.util.List;
import java.util.function.IntFunction;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** A loop makes an iterator for each epoch; those of another one are in another order. */
class DataMadeAnewTest {
  private static final int EPOCHS = 4;
  private static final List<DataSet> ROWS = Rows.points(Rows.COUNT, Trainings.FEATURES);

  @TempDir Path folder;

  /** As a user's loop has it. */
  private static final class Loop {
    private final MultiLayerNetwork network =
        Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    private final IntFunction<DataSetIterator> dataOfEpoch;

    Loop(IntFunction<DataSetIterator> dataOfEpoch) {
      this.dataOfEpoch = dataOfEpoch;
    }

    void run(CheckpointerBuilder settings) throws CheckpointException {
      try (var checkpoints = Dl4jCheckpointListener.attachTo(network, settings)) {
        DataSetIterator data = checkpoints.resume(dataOfEpoch.apply(0));
        for (int epoch = EPOCHS - checkpoints.remainingEpochs(EPOCHS); epoch < EPOCHS; epoch++) {
          network.fit(data);
          data = checkpoints.resume(dataOfEpoch.apply(epoch + 1));
        }
      }
    }

    String alone() {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        network.fit(dataOfEpoch.apply(epoch));
      }
      return Trainings.bits(network);
    }

    void failAt(int step) {
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
  }

  private CheckpointerBuilder settings(SavePolicy policy) {
    return Checkpointer.builder().baseFolder(folder).savePolicy(policy).whenBusy(WhenBusy.WAIT);
  }

  private void assertGoesOnAsAlone(
      IntFunction<DataSetIterator> data, int failsAt, SavePolicy policy) throws Exception {
    Loop failing = new Loop(data);
    failing.failAt(failsAt);
    assertThatThrownBy(() -> failing.run(settings(policy))).hasMessage("killed");

    Loop resumed = new Loop(data);
    resumed.run(settings(policy));
    String bits = Trainings.bits(resumed.network);
    assertThat(bits).isEqualTo(new Loop(data).alone());
  }

  private static DataSetIterator shuffledByItself() {
    return Rows.shuffledByItself(ROWS, true);
  }

  /** Made when another iterator has read the rows: it is reset before its epoch. */
  private static DataSetIterator readToItsEnd() {
    DataSetIterator rows = shuffledByItself();
    rows.forEachRemaining(batch -> {});
    return rows;
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 15, 26, 37})
  void hasItsOrderInTheMiddleOfAnEpoch(int failsAt) throws Exception {
    assertGoesOnAsAlone(epoch -> shuffledByItself(), failsAt, SavePolicy.everySteps(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 26})
  void thatWasReadToItsEndHasItsOrderInTheMiddleOfAnEpoch(int failsAt) throws Exception {
    assertGoesOnAsAlone(epoch -> readToItsEnd(), failsAt, SavePolicy.everySteps(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {25, 36})
  void hasItsOrderInTheNextEpoch(int failsAt) throws Exception {
    assertGoesOnAsAlone(epoch -> shuffledByItself(), failsAt, SavePolicy.everyEpochs(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 15, 26, 37})
  void thatKeepsItsOwnStateStandsInTheMiddleOfAnEpoch(int failsAt) throws Exception {
    assertGoesOnAsAlone(epoch -> Rows.seekable(ROWS), failsAt, SavePolicy.everySteps(4));
  }

  @ParameterizedTest
  @ValueSource(ints = {25, 36})
  void thatKeepsItsOwnStateBeginsTheNextEpochAnew(int failsAt) throws Exception {
    assertGoesOnAsAlone(epoch -> Rows.seekable(ROWS), failsAt, SavePolicy.everyEpochs(1));
  }

  /** One for each two epochs. */
  @Test
  void mayServeForTwoEpochs() throws Exception {
    DataSetIterator[] inHand = new DataSetIterator[1];
    assertGoesOnAsAlone(
        epoch -> {
          if (epoch % 2 == 0) {
            inHand[0] = shuffledByItself();
          }
          return inHand[0];
        },
        35,
        SavePolicy.everyEpochs(1));
  }

  @Test
  void onlyTheIteratorThatIsReadIsPutWhereTrainingStands() throws Exception {
    Loop failing = new Loop(epoch -> shuffledByItself());
    failing.failAt(26);
    SavePolicy policy = SavePolicy.everySteps(4);
    assertThatThrownBy(() -> failing.run(settings(policy))).hasMessage("killed");

    MultiLayerNetwork network = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings(policy));
    checkpoints.resume(shuffledByItself());
    for (int left = checkpoints.remainingEpochs(EPOCHS); left > 0; left--) {
      network.fit(checkpoints.resume(shuffledByItself()));
    }
    String resumed = Trainings.bits(network);
    assertThat(resumed).isEqualTo(new Loop(epoch -> shuffledByItself()).alone());
  }

  @Test
  void anIteratorThatTookSavedStateAndIsNotReadIsNoticed() {
    Loop failing = new Loop(epoch -> Rows.seekable(ROWS));
    failing.failAt(26);
    SavePolicy policy = SavePolicy.everySteps(4);
    assertThatThrownBy(() -> failing.run(settings(policy))).hasMessage("killed");

    Loop resumed = new Loop(epoch -> Rows.seekable(ROWS));
    Dl4jCheckpointListener checkpoints =
        Dl4jCheckpointListener.attachTo(resumed.network, settings(policy));
    assertThatThrownBy(
            () -> {
              checkpoints.resume(Rows.seekable(ROWS));
              checkpoints.resume(Rows.seekable(ROWS));
            })
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Saved state was put into the io.cairn.dl4j.Rows$Seekable that resume was given first,"
                + " but nothing was read of it, and now resume is given another iterator, which"
                + " does not have that state. Train on the first one; a loop that makes its data"
                + " anew asks for the next after network.fit.");
    checkpoints.close();
  }

  /** The snapshot's training has seen one iterator, and that may be the one for all epochs. */
  @Test
  void isTakenForTheSameAfterTheFirstEpoch() throws Exception {
    Loop failing = new Loop(epoch -> shuffledByItself());
    failing.failAt(15);
    CheckpointerBuilder settings = settings(SavePolicy.everyEpochs(1));
    assertThatThrownBy(() -> failing.run(settings)).hasMessage("killed");

    Loop resumed = new Loop(epoch -> shuffledByItself());
    resumed.run(settings);
    String bits = Trainings.bits(resumed.network);
    assertThat(bits).isNotEqualTo(new Loop(epoch -> shuffledByItself()).alone());
  }
}
