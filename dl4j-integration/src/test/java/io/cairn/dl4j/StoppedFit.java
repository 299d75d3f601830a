// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.model.Progress;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** The script without a loop, which leaves an unfinished network alone. */
final class StoppedFit {

  private StoppedFit() {}

  public static void main(String[] args) throws Exception {
    DataSetIterator data = Example.rows();
    MultiLayerNetwork network = Example.network();
    int epochs = 8;
    network.init();
    network.setListeners(new ScoreIterationListener(1));
    // example
    Progress reached = Dl4jTraining.fit(network, data, epochs);
    if (reached.epoch() < epochs) {
      return; // asked to stop: the next start goes on from here
    }
    // end
    System.out.println("bits " + Trainings.bits(network));
  }
}
