// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** A script with a loop over the epochs. */
final class StockLoop {

  private StockLoop() {}

  public static void main(String[] args) {
    DataSetIterator data = Example.rows();
    MultiLayerNetwork network = Example.network();
    // example
    network.init();
    network.setListeners(new ScoreIterationListener(1));
    for (int epoch = 0; epoch < 8; epoch++) {
      network.fit(data);
      System.out.println("epoch " + epoch + ": " + network.score());
    }
    // end
    System.out.println("bits " + Trainings.bits(network));
  }
}
