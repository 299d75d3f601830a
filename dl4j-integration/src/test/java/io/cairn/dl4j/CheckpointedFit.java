// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The same script, checkpointed. */
final class CheckpointedFit {

  private CheckpointedFit() {}

  public static void main(String[] args) throws Exception {
    DataSetIterator data = Example.rows();
    MultiLayerNetwork network = Example.network();
    // example
    network.init();
    network.setListeners(new ScoreIterationListener(1));
    Dl4jTraining.fit(network, data, 8);
    // end
    System.out.println("bits " + Trainings.bits(network));
  }
}
