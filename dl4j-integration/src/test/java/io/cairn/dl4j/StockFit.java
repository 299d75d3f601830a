// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** A script as DL4J teaches it. */
final class StockFit {

  private StockFit() {}

  public static void main(String[] args) {
    DataSetIterator data = Example.rows();
    MultiLayerNetwork network = Example.network();
    // example
    network.init();
    network.setListeners(new ScoreIterationListener(1));
    network.fit(data, 8);
    // end
    System.out.println("bits " + Trainings.bits(network));
  }
}
