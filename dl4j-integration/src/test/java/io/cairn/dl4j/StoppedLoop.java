// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.TrainingStoppedException;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The script with a loop, which exits in peace. */
final class StoppedLoop {

  private StoppedLoop() {}

  public static void main(String[] args) throws Exception {
    DataSetIterator data = Example.rows();
    MultiLayerNetwork network = Example.network();
    int epochs = 8;
    network.init();
    network.setListeners(new ScoreIterationListener(1));
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network);
    data = checkpoints.resume(data);
    // example
    try {
      for (int epoch = epochs - checkpoints.remainingEpochs(epochs); epoch < epochs; epoch++) {
        network.fit(data);
      }
    } catch (TrainingStoppedException e) {
      return; // asked to stop: the next start goes on from here
    }
    // end
    System.out.println("bits " + Trainings.bits(network));
  }
}
