// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The same script, checkpointed. */
final class CheckpointedLoop {

  private CheckpointedLoop() {}

  public static void main(String[] args) throws Exception {
    DataSetIterator data = Example.rows();
    MultiLayerNetwork network = Example.network();
    // example
    network.init();
    network.setListeners(new ScoreIterationListener(1));
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network);
    data = checkpoints.resume(data);
    for (int epoch = 8 - checkpoints.remainingEpochs(8); epoch < 8; epoch++) {
      network.fit(data);
      System.out.println("epoch " + epoch + ": " + network.score());
    }
    // end
    System.out.println("bits " + Trainings.bits(network));
  }
}
