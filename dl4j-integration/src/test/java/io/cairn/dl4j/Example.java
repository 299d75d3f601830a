// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What the example scripts train. */
final class Example {
  private static final int FEATURES = 60;

  private Example() {}

  static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Adam(0.001))
        .activation(Activation.RELU)
        .dropOut(0.8)
        .list()
        .layer(new DenseLayer.Builder().nIn(FEATURES).nOut(400).build())
        .layer(new DenseLayer.Builder().nIn(400).nOut(400).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(400)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  static MultiLayerNetwork network() {
    return new MultiLayerNetwork(configuration());
  }

  static DataSetIterator rows() {
    Random random = new Random(1);
    List<DataSet> rows = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      float[] x = new float[FEATURES];
      for (int j = 0; j < FEATURES; j++) {
        x[j] = (float) random.nextGaussian() + (j % 3 == i % 3 ? 0.2f : 0);
      }
      float[] y = new float[3];
      y[i % 3] = 1;
      rows.add(new DataSet(Nd4j.create(x, 1, FEATURES), Nd4j.create(y, 1, 3)));
    }
    return new ListDataSetIterator<>(rows, 50);
  }
}
