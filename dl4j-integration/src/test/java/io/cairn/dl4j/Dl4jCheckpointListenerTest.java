// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class Dl4jCheckpointListenerTest {

  private static final String REMOVED =
      "The checkpoint listener is no longer among the network's listeners, so nothing would be"
          + " saved: network.setListeners(...) after attachTo removes it. Call setListeners before"
          + " attachTo, or use network.addListeners(...) once the training is resumed.";

  @TempDir Path folder;

  private final MultiLayerNetwork network = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));

  private CheckpointerBuilder settings() {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everyEpochs(1))
        .whenBusy(WhenBusy.WAIT);
  }

  private static Rows rows() {
    return new Rows(Rows.points(60, Trainings.FEATURES), 6, true);
  }

  @Test
  void aLoopOfOneCallGoesOnInTheMiddle() throws Exception {
    Dl4jCheckpointListener first = Dl4jCheckpointListener.attachTo(network, settings());
    network.fit(first.resume(rows()), 2);
    first.close();

    MultiLayerNetwork second = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(second, settings());
    second.fit(checkpoints.resume(rows()), checkpoints.remainingEpochs(5));
    String resumed = Trainings.bits(second);

    MultiLayerNetwork alone = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    alone.fit(rows(), 5);
    assertThat(resumed).isEqualTo(Trainings.bits(alone));
  }

  @Test
  void aLoopMayAskForItsDataInEachEpoch() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = rows();
    assertThat(checkpoints.resume(data)).isSameAs(checkpoints.resume(data));
    for (int i = 0; i < 3; i++) {
      network.fit(checkpoints.resume(data));
    }
    checkpoints.close();
    assertThat(checkpoints.remainingEpochs(3)).isEqualTo(3);
    assertThat(network.getEpochCount()).isEqualTo(3);
  }

  @Test
  void aLoopMayMakeNewDataForEachEpoch() throws Exception {
    Dl4jCheckpointListener first = Dl4jCheckpointListener.attachTo(network, settings());
    for (int i = 0; i < 3; i++) {
      network.fit(first.resume(rows()));
    }
    first.close();
    MultiLayerNetwork second = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(second, settings());
    second.fit(checkpoints.resume(rows()));
    assertThat(checkpoints.remainingEpochs(4)).isEqualTo(1);
    String resumed = Trainings.bits(second);

    MultiLayerNetwork alone = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    alone.fit(rows(), 4);
    assertThat(resumed).isEqualTo(Trainings.bits(alone));
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What a loop does with a batch and around an epoch. */
  private record BatchLoop(boolean resetsFirst, boolean countsEpochs) {

    /** Trains the rest of four epochs, but not more than some batches. */
    void train(MultiLayerNetwork net, DataSetIterator data, int firstEpoch, int batches) {
      int left = batches;
      for (int epoch = firstEpoch; epoch < 4; epoch++) {
        if (resetsFirst) {
          data.reset();
        }
        while (data.hasNext()) {
          if (left-- == 0) {
            throw new Killed();
          }
          net.fit(data.next());
        }
        if (countsEpochs) {
          net.incrementEpochCount();
        }
        if (!resetsFirst) {
          data.reset();
        }
      }
    }
  }

  private static Rows shuffled(String by) {
    List<DataSet> points = Rows.points(60, Trainings.FEATURES);
    return by.equals("nd4j") ? Rows.shuffledByNd4j(points) : Rows.shuffledByItself(points, true);
  }

  /** Its rate falls with the epochs, if these are counted. */
  private static MultiLayerNetwork byEpochs() {
    return Trainings.dense(
        conf ->
            conf.dropOut(new Dropout(0.8))
                .updater(new Adam(new ExponentialSchedule(ScheduleType.EPOCH, 0.01, 0.5))));
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, itself",
    "false, true, itself",
    "true, false, itself",
    "true, true, itself",
    "false, true, nd4j",
    "true, true, nd4j"
  })
  void aLoopMayHandOverBatchAfterBatch(
      boolean resetsFirst, boolean countsEpochs, String shuffledBy) {
    BatchLoop loop = new BatchLoop(resetsFirst, countsEpochs);
    MultiLayerNetwork alone = byEpochs();
    loop.train(alone, shuffled(shuffledBy), 0, Integer.MAX_VALUE);

    for (int batches : new int[] {7, 4, 10, Integer.MAX_VALUE}) {
      MultiLayerNetwork net = byEpochs();
      try (Dl4jCheckpointListener checkpoints =
          Dl4jCheckpointListener.attachTo(net, settings().savePolicy(SavePolicy.everySteps(1)))) {
        DataSetIterator data = checkpoints.resume(shuffled(shuffledBy));
        int firstEpoch = 4 - checkpoints.remainingEpochs(4);
        loop.train(net, data, firstEpoch, batches);
        assertThat(Trainings.bits(net)).isEqualTo(Trainings.bits(alone));
      } catch (CheckpointException e) {
        throw new AssertionError(e);
      } catch (Killed e) {
        assertThat(batches).isLessThan(100);
      }
    }
    MultiLayerNetwork complete = byEpochs();
    try (Dl4jCheckpointListener checkpoints =
        Dl4jCheckpointListener.attachTo(complete, settings())) {
      checkpoints.resume(rows());
      assertThat(checkpoints.remainingEpochs(4)).as("the last epoch has ended").isZero();
      assertThat(Trainings.bits(complete)).isEqualTo(Trainings.bits(alone));
    } catch (CheckpointException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aLoopOfBatchesMayMakeNewDataForEachEpoch() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = checkpoints.resume(rows());
    for (int epoch = 2 - checkpoints.remainingEpochs(2); epoch < 2; epoch++) {
      while (data.hasNext()) {
        network.fit(data.next());
      }
      data = checkpoints.resume(rows());
      assertThat(checkpoints.position()).isEqualTo(new Progress(10 * epoch + 10, epoch + 1, 0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"itself", "nd4j"})
  void aLoopMayResetItsDataFirst(String shuffledBy) throws Exception {
    MultiLayerNetwork alone = byEpochs();
    fitAfterReset(alone, shuffled(shuffledBy), 0);
    for (int batches : new int[] {7, 9, Integer.MAX_VALUE}) {
      MultiLayerNetwork net = byEpochs();
      net.addListeners(failingAfter(batches));
      Dl4jCheckpointListener checkpoints =
          Dl4jCheckpointListener.attachTo(net, settings().savePolicy(SavePolicy.everySteps(1)));
      DataSetIterator data = checkpoints.resume(shuffled(shuffledBy));
      int firstEpoch = 3 - checkpoints.remainingEpochs(3);
      try {
        fitAfterReset(net, data, firstEpoch);
        assertThat(Trainings.bits(net)).isEqualTo(Trainings.bits(alone));
      } catch (Killed e) {
        assertThat(batches).isLessThan(100);
      }
      checkpoints.close();
    }
  }

  private static void fitAfterReset(MultiLayerNetwork net, DataSetIterator data, int firstEpoch) {
    for (int epoch = firstEpoch; epoch < 3; epoch++) {
      data.reset();
      net.fit(data);
    }
  }

  private static BaseTrainingListener failingAfter(int batches) {
    return new BaseTrainingListener() {
      private int left = batches;

      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        if (left-- == 0) {
          throw new Killed();
        }
      }
    };
  }

  @Test
  void anEpochThatIsLeftIsNotTakenForEnded() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = checkpoints.resume(rows());
    assertThat(checkpoints.remainingEpochs(2)).isEqualTo(2);
    network.fit(data.next());
    network.fit(data.next());
    assertThatThrownBy(() -> checkpoints.resume(rows()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("before the epoch has ended");
    checkpoints.close();
  }

  /** Such as by an evaluation that fails: what belongs to the epoch's end was not done. */
  @Test
  void anEpochThatTheLoopHasNotEndedIsNotEndedByClosing() throws Exception {
    try (Dl4jCheckpointListener checkpoints =
        Dl4jCheckpointListener.attachTo(network, settings().savePolicy(SavePolicy.everySteps(1)))) {
      DataSetIterator data = checkpoints.resume(rows());
      assertThat(checkpoints.remainingEpochs(3)).isEqualTo(3);
      while (data.hasNext()) {
        network.fit(data.next());
      }
    }
    MultiLayerNetwork second = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    try (Dl4jCheckpointListener again = Dl4jCheckpointListener.attachTo(second, settings())) {
      again.resume(rows());
      assertThat(again.position()).isEqualTo(new Progress(9, 0, 9));
    }
  }

  @Test
  void aClosedListenerLeavesTheNetworkAlone() throws Exception {
    Dl4jCheckpointListener first = Dl4jCheckpointListener.attachTo(network, settings().run("a"));
    DataSetIterator data = first.resume(rows());
    assertThat(first.remainingEpochs(1)).isEqualTo(1);
    network.fit(data);
    assertThat(first.position()).isEqualTo(new Progress(10, 1, 0));
    Dl4jCheckpointListener second = Dl4jCheckpointListener.attachTo(network, settings().run("b"));
    DataSetIterator again = second.resume(rows());
    assertThat(second.remainingEpochs(1)).isEqualTo(1);
    network.fit(again);
    network.fit(rows());
    assertThat(network.getIterationCount()).isEqualTo(30);
  }

  /** As many an iterator that somebody wrote. */
  private static final class Terse extends Rows {
    Terse() {
      super(Rows.points(60, Trainings.FEATURES), 6, true);
    }

    @Override
    public DataSetPreProcessor getPreProcessor() {
      throw new UnsupportedOperationException("Not implemented");
    }

    @Override
    public int batch() {
      throw new UnsupportedOperationException("Not implemented");
    }
  }

  @Test
  void anIteratorNeedNotSayMoreThanDl4jAsks() throws Exception {
    Dl4jTraining.fit(network, new Terse(), 2, settings());
    assertThat(network.getIterationCount()).isEqualTo(20);
  }

  @Test
  void dataWithSeveralInputsWorksAlike() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    MultiDataSetIterator data = checkpoints.resume(new MultiDataSetIteratorAdapter(rows()));
    for (int left = checkpoints.remainingEpochs(2); left > 0; left--) {
      network.fit(data);
    }
    assertThat(network.getIterationCount()).isEqualTo(20);
  }

  @Test
  void mustBeTheLastListener() {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    network.addListeners(new ScoreIterationListener(10));
    assertThatThrownBy(() -> checkpoints.resume(rows()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The checkpoint listener must be the network's last one, but"
                + " org.deeplearning4j.optimize.listeners.ScoreIterationListener comes last. Attach"
                + " it after network.setListeners(...).");
  }

  @Test
  void listenersThatAreSetLaterRemoveIt() {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    network.setListeners();
    assertThatThrownBy(() -> checkpoints.resume(rows()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(REMOVED);
  }

  @Test
  void listenersThatAreSetWhileTrainingAreNamedWhenTheEpochIsMissed() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = checkpoints.resume(rows());
    network.setListeners(new ScoreIterationListener(10));
    network.fit(data);
    assertThatThrownBy(() -> network.fit(data))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(REMOVED);
    checkpoints.close();
  }

  @Test
  void listenersThatAreAddedWhileTrainingLeaveItThere() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = checkpoints.resume(rows());
    network.addListeners(new ScoreIterationListener(10));
    network.fit(data);
    network.fit(data);
    checkpoints.close();
    assertThat(network.getEpochCount()).isEqualTo(2);
  }

  @Test
  void dl4jRefusesTheZeroEpochsOfACompleteTraining() throws Exception {
    Dl4jCheckpointListener first = Dl4jCheckpointListener.attachTo(network, settings());
    network.fit(first.resume(rows()), first.remainingEpochs(2));

    MultiLayerNetwork second = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
    Dl4jCheckpointListener again = Dl4jCheckpointListener.attachTo(second, settings());
    DataSetIterator data = again.resume(rows());
    int left = again.remainingEpochs(2);
    assertThat(left).isZero();
    assertThatThrownBy(() -> second.fit(data, left))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Number of epochs much be > 0. Got numEpochs = 0");
  }

  @Test
  void dataThatWasNotResumedIsNoticed() {
    Dl4jCheckpointListener.attachTo(network, settings());
    assertThatThrownBy(() -> network.fit(rows(), 2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "This training has a checkpoint listener but would not be saved: the batch did not come"
                + " from checkpoints.resume(data).");
  }

  @Test
  void epochsAreAskedForAfterTheData() {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    assertThatThrownBy(() -> checkpoints.remainingEpochs(3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Ask for the training data before the remaining epochs: data =");
  }

  @Test
  void dataThatIsResetInTheMiddleIsNoticed() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = checkpoints.resume(rows());
    network.fit(data.next());
    assertThatThrownBy(data::reset)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "The training data is reset at step 0 (epoch 0, batch 0), before the");
    checkpoints.close();
  }

  @Test
  void dataThatIsReadWithoutTrainingIsNoticedBetweenTwoEpochs() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = checkpoints.resume(rows());
    assertThat(checkpoints.remainingEpochs(2)).isEqualTo(2);
    network.fit(data);
    assertThatThrownBy(() -> network.evaluate(data))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(notTrained("step 10 (epoch 1, batch 0)"));
    checkpoints.close();
  }

  @Test
  void dataThatIsReadWithoutTrainingIsNoticedAfterTheLastEpoch() throws Exception {
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings());
    DataSetIterator data = checkpoints.resume(rows());
    network.fit(data, checkpoints.remainingEpochs(2));
    assertThatThrownBy(() -> network.evaluate(data))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(notTrained("step 20 (epoch 2, batch 0)"));
  }

  private static String notTrained(String at) {
    return "A batch of the training data was read after "
        + at
        + ", but the next one is asked for and no step of training was made of it. What"
        + " resume(data) returns is for network.fit only: evaluate, or fit a normalizer, on an"
        + " iterator of its own. If it was network.fit that read it, DL4J has left the batch out,"
        + " and its log says why.";
  }
}
