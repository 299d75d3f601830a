// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.learning.config.Sgd;

/** What does not fit is said, in words that name it. */
class Dl4jMistakesTest {
  private static final int FEATURES = Trainings.FEATURES;

  @TempDir Path folder;

  private CheckpointerBuilder everySteps(int steps) {
    return Checkpointer.builder()
        .baseFolder(folder)
        .savePolicy(SavePolicy.everySteps(steps))
        .whenBusy(WhenBusy.WAIT);
  }

  private static Rows rows(int count, int batch) {
    return new Rows(Rows.points(count, FEATURES), batch, true);
  }

  private static MultiLayerNetwork network() {
    return Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)));
  }

  private static BaseTrainingListener failingAt(int step) {
    return new BaseTrainingListener() {
      private int left = step;

      @Override
      public void iterationDone(Model model, int iteration, int epoch) {
        if (--left == 0) {
          throw new IllegalStateException("the listener of mine failed");
        }
      }
    };
  }

  /** A training with snapshots at 8, 16, ... that failed in step 18 of 40. */
  private void failedTraining() {
    MultiLayerNetwork network = network();
    network.addListeners(failingAt(18));
    assertThatThrownBy(() -> Dl4jTraining.fit(network, rows(60, 6), 4, everySteps(8)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the listener of mine failed");
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ?> resuming(
      NeuralNetwork network, DataSetIterator data) {
    return assertThatThrownBy(() -> Dl4jTraining.fit(network, data, 4, everySteps(8)));
  }

  @Test
  void aListenerThatThrowsEndsTheTrainingAndLosesNoSnapshot() throws Exception {
    failedTraining();
    MultiLayerNetwork network = network();
    assertThat(Dl4jTraining.fit(network, rows(60, 6), 4, everySteps(8)))
        .isEqualTo(new Progress(40, 4, 0));
    String resumed = Trainings.bits(network);

    MultiLayerNetwork alone = network();
    alone.fit(rows(60, 6), 4);
    assertThat(resumed).isEqualTo(Trainings.bits(alone));
  }

  @Test
  void anotherLayerSizeIsNamedByItsTensors() {
    failedTraining();
    MultiLayerNetwork other = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)), 12);
    String before = Trainings.bits(other);
    resuming(other, rows(60, 6))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("was written by another training; nothing was changed")
        .hasMessageContaining(
            "tensor model/0_W: snapshot has F32 [10, 6], this training has F32 [12, 6]")
        .hasMessageContaining(
            "tensor updater/M/1_W: snapshot has F32 [8, 10], this training has F32 [8, 12]")
        .hasMessageContaining(
            "configuration confs[0].layer.nout: snapshot has '10', this training has '12'");
    assertThat(Trainings.bits(other)).isEqualTo(before);
  }

  @Test
  void anotherUpdaterAndActivationAreNamed() {
    failedTraining();
    resuming(
            Trainings.dense(
                conf ->
                    conf.dropOut(new Dropout(0.8))
                        .updater(new Sgd(0.1))
                        .activation(Activation.RELU)),
            rows(60, 6))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("updater: snapshot has 'Adam', this training has 'Sgd'")
        .hasMessageContaining(
            "configuration confs[0].layer.activationFn.@class: snapshot has"
                + " 'org.nd4j.linalg.activations.impl.ActivationTanH', this training has"
                + " 'org.nd4j.linalg.activations.impl.ActivationReLU'");
  }

  /** Parameters and random state are those of the snapshot, so its seed goes on, too. */
  @Test
  void anotherSeedChangesNothing() throws Exception {
    failedTraining();
    MultiLayerNetwork reseeded = Trainings.dense(conf -> conf.dropOut(new Dropout(0.8)).seed(43));
    Dl4jTraining.fit(reseeded, rows(60, 6), 4, everySteps(8));
    String resumed = Trainings.bits(reseeded);

    MultiLayerNetwork alone = network();
    alone.fit(rows(60, 6), 4);
    assertThat(resumed).isEqualTo(Trainings.bits(alone));
  }

  @Test
  void manyDifferencesAreCounted() {
    failedTraining();
    resuming(Trainings.of("batch-norm").network(), rows(60, 6))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining("more differences");
  }

  @Test
  void anotherKindOfNetworkIsNamed() {
    failedTraining();
    resuming(Trainings.of("graph").network(), rows(60, 6))
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining(
            "network: snapshot has 'MultiLayerNetwork', this training has 'ComputationGraph'");
  }

  @Test
  void aNewNormalizerIsNamed() {
    failedTraining();
    Rows rows = rows(60, 6);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(rows);
    rows.setPreProcessor(normalizer);
    resuming(network(), rows)
        .isInstanceOf(IncompatibleSnapshotException.class)
        .hasMessageContaining(
            "normalizer: snapshot has nothing, this training has 'NormalizerStandardize'");
  }

  @Test
  void anotherBatchSizeInTheMiddleOfAnEpochIsRefused() {
    failedTraining();
    resuming(network(), rows(60, 7))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot resume at step 16 (epoch 1, batch 6): that was 36 rows into the training data"
                + " when the snapshot was taken, but is 42 rows now. Train with the same batch size"
                + " and data, or start another run under another name.");
  }

  @Test
  void lessDataIsRefused() {
    failedTraining();
    resuming(network(), rows(30, 6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot resume at step 16 (epoch 1, batch 6): the training data has only 5 batches per"
                + " epoch. It must be the same data, in batches of the same size, as when the"
                + " snapshot was taken; or start another run under another name.");
  }

  @Test
  void moreDataIsRefusedAsSoonAsItIsSeen() {
    failedTraining();
    resuming(network(), rows(66, 6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The training data has another size than when the snapshot was taken: each epoch had 60"
                + " rows in 10 batches, but this one has 66 rows in 11 batches already. Train on the"
                + " same data in batches of the same size, or start another run under another"
                + " name.");
  }

  @Test
  void anotherBatchSizeIsRefusedBeforeItsFirstBatchIsTrainedOn() throws Exception {
    Dl4jTraining.fit(network(), rows(60, 6), 1, everySteps(1));
    MultiLayerNetwork network = network();
    resuming(network, rows(60, 5))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The training data comes in batches of 5, and came in batches of 6 when the snapshot was"
                + " taken. Train on the same data in batches of the same size, or start another run"
                + " under another name.");
    assertThat(network.getIterationCount()).isEqualTo(10);
  }

  @Test
  void lessDataIsRefusedAtTheEndOfTheEpoch() throws Exception {
    Dl4jTraining.fit(network(), rows(60, 6), 1, everySteps(5));
    resuming(network(), rows(54, 6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(
            "each epoch had 60 rows in 10 batches, but the one that ends at step 19 (epoch 2, batch"
                + " 0) has 54 rows in 9 batches.");
  }

  @Test
  void aNetworkThatIsNotInitializedHasNothingToSave() {
    MultiLayerNetwork raw = new MultiLayerNetwork(network().getLayerWiseConfigurations().clone());
    resuming(raw, rows(60, 6))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The network has no parameters yet, so there is nothing to save or resume. Call"
                + " network.init() first.");
  }

  @Test
  void anOptimizerThatHidesItsStateIsRefused() {
    resuming(
            Trainings.dense(conf -> conf.optimizationAlgo(OptimizationAlgorithm.LBFGS)),
            rows(60, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Only networks optimized by STOCHASTIC_GRADIENT_DESCENT, with any updater, can be"
                + " resumed, but this one is optimized by LBFGS, whose search state DL4J does not"
                + " give out.");
  }

  @Test
  void aLayerThatHidesItsStateIsRefused() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Trainings.configuration()
                .list()
                .layer(new DenseLayer.Builder().nIn(FEATURES).nOut(4).build())
                .layer(new OCNNOutputLayer.Builder().nIn(4).hiddenLayerSize(5).build())
                .build());
    network.init();
    resuming(network, rows(60, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A network with an OCNNOutputLayer cannot be resumed: layer 1 keeps a window of its last"
                + " outputs, from which its threshold r is set, and DL4J does not give it out. Train"
                + " this network without Cairn.");
  }

  @Test
  void aNormalizerThatMeasuredNothingIsSaid() {
    Rows rows = rows(60, 6);
    rows.setPreProcessor(new NormalizerStandardize());
    resuming(network(), rows)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The training data has a NormalizerStandardize that has not measured the data yet. Call"
                + " normalizer.fit(data) before training.");
  }

  @Test
  void noEpochsAreRefused() {
    assertThatThrownBy(() -> Dl4jTraining.fit(network(), rows(60, 6), 0, everySteps(8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Training needs epochs >= 1, but is told 0");
  }

  @Test
  void dataThatCannotBeReadAgainIsGoodForOneEpoch() throws Exception {
    Rows once =
        new Rows(Rows.points(60, FEATURES), 6, false) {
          @Override
          public boolean resetSupported() {
            return false;
          }
        };
    resuming(network(), once)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Training for 4 epochs needs data that can be read again, but ");
    assertThat(Dl4jTraining.fit(network(), once, 1, everySteps(8)))
        .isEqualTo(new Progress(10, 1, 0));
  }

  @Test
  void anErrorOfTheDataIsPassedOn() {
    Rows broken =
        new Rows(Rows.points(60, FEATURES), 6, true) {
          @Override
          public org.nd4j.linalg.dataset.DataSet next(int count) {
            if (place() == 30) {
              throw new IllegalStateException("row 30 is broken");
            }
            return super.next(count);
          }
        };
    resuming(network(), broken).hasStackTraceContaining("row 30 is broken");
  }
}
