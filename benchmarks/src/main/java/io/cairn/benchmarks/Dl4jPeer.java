// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.io.File;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.learning.config.Sgd;

/** {@code ModelSerializer}, without updater state: dense layers of 4 MiB each. */
final class Dl4jPeer implements Peer {
  private static final int WIDTH = 1024;
  private static final int LAYER_MEGABYTES = 4;

  private final File file;
  private final MultiLayerNetwork network;

  Dl4jPeer(int megabytes, Path folder) {
    this.file = folder.resolve("peer.zip").toFile();
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().updater(new Sgd()).list();
    for (int layer = 1; layer < Math.max(2, megabytes / LAYER_MEGABYTES); layer++) {
      layers.layer(new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).build());
    }
    layers.layer(new OutputLayer.Builder().nIn(WIDTH).nOut(WIDTH).build());
    network = new MultiLayerNetwork(layers.build());
    network.init();
  }

  @Override
  public void save() throws Exception {
    ModelSerializer.writeModel(network, file, false);
  }

  @Override
  public Object load() throws Exception {
    MultiLayerNetwork loaded = ModelSerializer.restoreMultiLayerNetwork(file, false);
    long parameters = loaded.numParams();
    loaded.close();
    return parameters;
  }

  @Override
  public void close() {
    network.close();
  }
}
