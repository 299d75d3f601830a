// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/** What DL4J's two kinds of networks have in common without a type that says so. */
abstract class Network extends Counters {

  /** A network that is ready to train. */
  static Network of(NeuralNetwork network) {
    Network wrapped = wrap(network);
    if (network.params() == null || network.params().isEmpty()) {
      throw new IllegalStateException(
          "The network has no parameters yet, so there is nothing to save or resume. Call"
              + " network.init() first.");
    }
    OptimizationAlgorithm algorithm = wrapped.conf().getOptimizationAlgo();
    if (algorithm != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw new IllegalArgumentException(
          "Only networks optimized by STOCHASTIC_GRADIENT_DESCENT, with any updater, can be"
              + " resumed, but this one is optimized by "
              + algorithm
              + ", whose search state DL4J does not give out.");
    }
    wrapped.layers().forEach(Network::requireStateGivenOut);
    return wrapped;
  }

  private static void requireStateGivenOut(String name, Layer layer) {
    if (layer.conf().getLayer() instanceof OCNNOutputLayer) {
      throw new IllegalArgumentException(
          "A network with an OCNNOutputLayer cannot be resumed: layer "
              + name
              + " keeps a window of its last outputs, from which its threshold r is set, and DL4J"
              + " does not give it out. Train this network without Cairn.");
    }
  }

  private static Network wrap(NeuralNetwork network) {
    if (network instanceof MultiLayerNetwork layers) {
      return new MultiLayer(layers);
    }
    if (network instanceof ComputationGraph graph) {
      return new Graph(graph);
    }
    throw new IllegalArgumentException(
        "Expected a MultiLayerNetwork or a ComputationGraph, but found a "
            + network.getClass().getName()
            + ", whose state is not known.");
  }

  /** The simple name of its class. */
  abstract String kind();

  /** All parameters, running statistics among them, in one vector. */
  abstract INDArray params();

  /** Views into the vector of parameters, by name. */
  abstract Map<String, INDArray> paramTable();

  abstract BaseMultiLayerUpdater<?> updater();

  /** The updaters of all layers that have a learning rate, by the name DL4J has for the layer. */
  Map<String, IUpdater> updaterOfLayers() {
    Map<String, IUpdater> updaters = new TreeMap<>();
    layers()
        .forEach(
            (name, layer) -> {
              if (layer.conf().getLayer() instanceof BaseLayer base
                  && base.getIUpdater() != null
                  && base.getIUpdater().hasLearningRate()) {
                updaters.put(name, base.getIUpdater());
              }
            });
    return updaters;
  }

  /** Sets the rates of these layers, in place of a schedule, too. */
  void learningRates(Map<String, Double> rates) {
    Map<String, IUpdater> updaters = updaterOfLayers();
    rates.forEach((layer, rate) -> updaters.get(layer).setLrAndSchedule(rate, null));
    rates.entrySet().stream()
        .findFirst()
        .ifPresent(any -> renewUpdater(any.getKey(), any.getValue()));
  }

  /** DL4J puts the moments into the order that all rates together ask for. */
  abstract void renewUpdater(String layer, double rate);

  /** All layers by the names that DL4J takes. */
  abstract Map<String, Layer> layers();

  abstract Collection<TrainingListener> listeners();

  /** Adds a listener after all others. */
  abstract void add(TrainingListener listener);

  abstract NeuralNetConfiguration conf();

  /** The whole configuration, counters included. */
  abstract String configurationJson();

  /** DL4J's own copy of a graph begins to count at zero. */
  final Network copy() {
    Network copy = cloned();
    copy.counters(iterations(), epochs());
    return copy;
  }

  abstract Network cloned();

  abstract NeuralNetwork unwrap();

  private static final class MultiLayer extends Network {
    private final MultiLayerNetwork network;

    MultiLayer(MultiLayerNetwork network) {
      this.network = network;
    }

    @Override
    String kind() {
      return "MultiLayerNetwork";
    }

    @Override
    INDArray params() {
      return network.params();
    }

    @Override
    Map<String, INDArray> paramTable() {
      return network.paramTable();
    }

    @Override
    BaseMultiLayerUpdater<?> updater() {
      return (BaseMultiLayerUpdater<?>) network.getUpdater();
    }

    @Override
    Map<String, Layer> layers() {
      Map<String, Layer> layers = new TreeMap<>();
      for (int i = 0; i < network.getnLayers(); i++) {
        layers.put(String.valueOf(i), network.getLayer(i));
      }
      return layers;
    }

    @Override
    void renewUpdater(String layer, double rate) {
      network.setLearningRate(Integer.parseInt(layer), rate);
    }

    @Override
    Collection<TrainingListener> listeners() {
      return network.getListeners();
    }

    @Override
    void add(TrainingListener listener) {
      network.addListeners(listener);
    }

    @Override
    NeuralNetConfiguration conf() {
      return network.getLayerWiseConfigurations().getConf(0);
    }

    @Override
    String configurationJson() {
      return network.getLayerWiseConfigurations().toJson();
    }

    @Override
    int iterations() {
      return network.getIterationCount();
    }

    @Override
    int epochs() {
      return network.getEpochCount();
    }

    @Override
    double score() {
      return network.score();
    }

    @Override
    void score(double score) {
      network.setScore(score);
    }

    @Override
    Network cloned() {
      return new MultiLayer(network.clone());
    }

    @Override
    NeuralNetwork unwrap() {
      return network;
    }

    @Override
    void counters(int iterations, int epochs) {
      network.setIterationCount(iterations);
      network.setEpochCount(epochs);
    }
  }

  private static final class Graph extends Network {
    private final ComputationGraph network;

    Graph(ComputationGraph network) {
      this.network = network;
    }

    @Override
    String kind() {
      return "ComputationGraph";
    }

    @Override
    INDArray params() {
      return network.params();
    }

    @Override
    Map<String, INDArray> paramTable() {
      return network.paramTable();
    }

    @Override
    BaseMultiLayerUpdater<?> updater() {
      return network.getUpdater();
    }

    @Override
    Map<String, Layer> layers() {
      Map<String, Layer> layers = new TreeMap<>();
      for (Layer layer : network.getLayers()) {
        layers.put(layer.conf().getLayer().getLayerName(), layer);
      }
      return layers;
    }

    @Override
    void renewUpdater(String layer, double rate) {
      network.setLearningRate(layer, rate);
    }

    @Override
    Collection<TrainingListener> listeners() {
      return network.getListeners();
    }

    @Override
    void add(TrainingListener listener) {
      network.addListeners(listener);
    }

    @Override
    NeuralNetConfiguration conf() {
      return network.conf();
    }

    @Override
    String configurationJson() {
      return network.getConfiguration().toJson();
    }

    @Override
    int iterations() {
      return network.getConfiguration().getIterationCount();
    }

    @Override
    int epochs() {
      return network.getConfiguration().getEpochCount();
    }

    @Override
    double score() {
      return network.score();
    }

    @Override
    void score(double score) {
      network.setScore(score);
    }

    @Override
    Network cloned() {
      return new Graph(network.clone());
    }

    @Override
    NeuralNetwork unwrap() {
      return network;
    }

    @Override
    void counters(int iterations, int epochs) {
      network.getConfiguration().setIterationCount(iterations);
      network.getConfiguration().setEpochCount(epochs);
    }
  }
}
