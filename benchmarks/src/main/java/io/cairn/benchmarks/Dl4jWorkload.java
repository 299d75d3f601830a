// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.CheckpointerBuilder;
import io.cairn.dl4j.Dl4jTraining;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A DL4J training on random data. {@code wide} has a layer of 484 MB, and with Adam's moments a
 * state of 1.45 GB, all changed by each step.
 */
final class Dl4jWorkload implements Workload {
  private static final int SEED = 2014;
  private static final int WIDE_FEATURES = 11_000;
  private static final int NARROW_FEATURES = 64;
  private static final int BATCH_ROWS = 16;
  private static final int BATCHES = 10;
  private static final int CLASSES = 2;
  private static final int EPOCH_SECONDS = 6;
  private static final int STEPS_BETWEEN_SAVES = 4;

  private final MultiLayerNetwork network;
  private final List<DataSet> batches = new ArrayList<>();
  private final int epochs;

  private Dl4jWorkload(int features, int epochs, Runnable afterStep) {
    this.epochs = epochs;
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .updater(new Adam())
                .list()
                .layer(new DenseLayer.Builder().nIn(features).nOut(features).build())
                .layer(new OutputLayer.Builder().nIn(features).nOut(CLASSES).build())
                .build());
    network.init();
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            afterStep.run();
          }
        });
    for (int i = 0; i < BATCHES; i++) {
      batches.add(new DataSet(Nd4j.randn(BATCH_ROWS, features), Nd4j.zeros(BATCH_ROWS, CLASSES)));
    }
  }

  static Dl4jWorkload wide(int seconds, Runnable afterStep) {
    return new Dl4jWorkload(WIDE_FEATURES, Math.max(1, seconds / EPOCH_SECONDS), afterStep);
  }

  /** The same, tiny: proves that it runs. */
  static Dl4jWorkload narrow(Runnable afterStep) {
    return new Dl4jWorkload(NARROW_FEATURES, 1, afterStep);
  }

  @Override
  public long parameters() {
    return network.numParams();
  }

  @Override
  public int stepsBetweenSaves() {
    return STEPS_BETWEEN_SAVES;
  }

  @Override
  public void fit() {
    network.fit(new ExistingDataSetIterator(batches), epochs);
  }

  @Override
  public Progress fitSaved(CheckpointerBuilder settings) throws CheckpointException {
    return Dl4jTraining.fit(network, new ExistingDataSetIterator(batches), epochs, settings);
  }

  @Override
  public void close() {
    network.close();
  }
}
