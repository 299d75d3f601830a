// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.constraint.NonNegativeConstraint;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Small trainings of every kind, by name; the same name is the same training. */
final class Trainings {
  static final int EPOCHS = 4;
  static final int FEATURES = 6;

  /** The seed of all networks. */
  static final long SEED = 42;

  /** A training that is another one each time; it is not among the names. */
  static final String UNSEEDED = "unseeded";

  private static final Map<String, Supplier<Training>> ALL = new LinkedHashMap<>();

  static {
    updater("adam", new Adam(0.01));
    updater("amsgrad", new AMSGrad(0.01));
    updater("adamax", new AdaMax(0.01));
    updater("nadam", new Nadam(0.01));
    updater("adagrad", new AdaGrad(0.05));
    updater("adadelta", new AdaDelta());
    updater("rmsprop", new RmsProp(0.01));
    updater("nesterovs", new Nesterovs(0.05, 0.9));
    updater("sgd", new Sgd(0.05));
    updater("noop", new NoOp());
    add("dropout", network(conf -> conf.dropOut(new Dropout(0.7))));
    add("gaussian-dropout", network(conf -> conf.dropOut(new GaussianDropout(0.3))));
    add("gaussian-noise", network(conf -> conf.dropOut(new GaussianNoise(0.2))));
    add("drop-connect", network(conf -> conf.weightNoise(new DropConnect(0.8))));
    add("l2-and-decay", network(conf -> conf.l2(0.01).weightDecay(0.01).l1(0.001)));
    add(
        "rate-by-iteration",
        network(
            conf ->
                conf.updater(
                    new Adam(new ExponentialSchedule(ScheduleType.ITERATION, 0.02, 0.97)))));
    add(
        "rate-by-epoch",
        network(
            conf ->
                conf.updater(
                    new Nesterovs(
                        new StepSchedule(ScheduleType.EPOCH, 0.05, 0.5, 1),
                        new PolySchedule(ScheduleType.ITERATION, 0.9, 2, 100)))));
    add(
        "dropout-schedule",
        network(
            conf ->
                conf.dropOut(
                    new Dropout(new ExponentialSchedule(ScheduleType.ITERATION, 0.9, 0.98)))));
    add(
        "max-norm",
        network(
            conf ->
                conf.dropOut(new Dropout(0.8))
                    .constrainWeights(new MaxNormConstraint(0.5, 1))
                    .constrainBias(new NonNegativeConstraint())));
    add("double", network(conf -> conf.dataType(DataType.DOUBLE).dropOut(new Dropout(0.8))));
    ALL.put("batch-norm", () -> new Training(convolution(), points(true)));
    ALL.put("tbptt", () -> new Training(recurrent(), series()));
    ALL.put("graph", () -> new Training(graph(), points(true)));
    ALL.put(
        "graph-multi",
        () -> new Training(graph(), new MultiDataSetIteratorAdapter(points(true)), true));
    ALL.put(
        "layers-multi",
        () ->
            new Training(
                dense(conf -> conf), new MultiDataSetIteratorAdapter(points(false)), true));
    ALL.put(
        "async", () -> new Training(dense(conf -> conf.dropOut(new Dropout(0.8))), points(true)));
    ALL.put(
        "order-by-nd4j",
        () ->
            new Training(
                dense(conf -> conf.dropOut(new Dropout(0.8))),
                Rows.shuffledByNd4j(Rows.points(Rows.COUNT, FEATURES))));
    ALL.put(
        "seekable-data",
        () ->
            new Training(
                dense(conf -> conf.dropOut(new Dropout(0.8))),
                Rows.seekable(Rows.points(Rows.COUNT, FEATURES))));
    ALL.put("standardized", () -> standardized(false));
    ALL.put("standardized-labels", () -> standardized(true));
    ALL.put("scaled", Trainings::scaled);
    ALL.put("trained-before", Trainings::trainedBefore);
  }

  private Trainings() {}

  /** A network and what it is trained on. */
  record Training(NeuralNetwork network, DataSetIterator data, MultiDataSetIteratorAdapter multi) {
    Training(NeuralNetwork network, DataSetIterator data) {
      this(network, data, null);
    }

    Training(NeuralNetwork network, MultiDataSetIteratorAdapter multi, boolean isMulti) {
      this(network, null, multi);
    }

    /** As DL4J alone does it. */
    void fitByDl4j(int epochs) {
      if (network instanceof MultiLayerNetwork layers && data != null) {
        layers.fit(data, epochs);
      } else if (network instanceof MultiLayerNetwork layers) {
        layers.fit(multi, epochs);
      } else if (data != null) {
        ((ComputationGraph) network).fit(data, epochs);
      } else {
        ((ComputationGraph) network).fit(multi, epochs);
      }
    }

    /** The whole state of training, as one digest. */
    String bits() {
      return Trainings.bits(network);
    }
  }

  static Iterable<String> names() {
    return ALL.keySet();
  }

  static Training of(String name) {
    return name.equals(UNSEEDED) ? unseeded() : ALL.get(name).get();
  }

  /** DL4J takes the clock for the seed. */
  private static Training unseeded() {
    long clock = new NeuralNetConfiguration.Builder().getSeed();
    return new Training(
        dense(conf -> conf.seed(clock).dropOut(new Dropout(0.7))),
        Rows.shuffledByNd4j(Rows.points(Rows.COUNT, FEATURES)));
  }

  private static void updater(String name, IUpdater updater) {
    add(name, network(conf -> conf.updater(updater).dropOut(new Dropout(0.9))));
  }

  private static void add(String name, Supplier<NeuralNetwork> network) {
    ALL.put(name, () -> new Training(network.get(), points(false)));
  }

  private static Rows points(boolean async) {
    return Rows.shuffledByItself(Rows.points(Rows.COUNT, FEATURES), async);
  }

  private static Rows series() {
    return Rows.shuffledByItself(Rows.series(Rows.COUNT, 4, 10), true);
  }

  /** Data to evaluate a training's network on. */
  static Rows test(String name) {
    return new Rows(
        name.equals("tbptt") ? Rows.series(12, 4, 10) : Rows.points(12, FEATURES), 4, true);
  }

  private static Training standardized(boolean labels) {
    Rows rows = points(true);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fitLabel(labels);
    normalizer.fit(rows);
    rows.setPreProcessor(normalizer);
    return new Training(dense(conf -> conf), rows);
  }

  private static Training scaled() {
    Rows rows = points(false);
    NormalizerMinMaxScaler scaler = new NormalizerMinMaxScaler();
    scaler.fit(rows);
    rows.setPreProcessor(scaler);
    return new Training(dense(conf -> conf), rows);
  }

  /** Counters that do not begin at zero. */
  private static Training trainedBefore() {
    MultiLayerNetwork network =
        dense(
            conf ->
                conf.dropOut(new Dropout(0.8))
                    .updater(new Adam(new ExponentialSchedule(ScheduleType.EPOCH, 0.02, 0.7))));
    network.fit(points(false), 2);
    return new Training(network, points(false));
  }

  static NeuralNetConfiguration.Builder configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(SEED)
        .updater(new Adam(0.01))
        .activation(Activation.TANH);
  }

  private static Supplier<NeuralNetwork> network(
      Function<NeuralNetConfiguration.Builder, NeuralNetConfiguration.Builder> change) {
    return () -> dense(change);
  }

  static MultiLayerNetwork dense(
      Function<NeuralNetConfiguration.Builder, NeuralNetConfiguration.Builder> change) {
    return dense(change, 10);
  }

  static MultiLayerNetwork dense(
      Function<NeuralNetConfiguration.Builder, NeuralNetConfiguration.Builder> change, int width) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            change
                .apply(configuration())
                .list()
                .layer(new DenseLayer.Builder().nIn(FEATURES).nOut(width).build())
                .layer(new DenseLayer.Builder().nIn(width).nOut(8).build())
                .layer(output(8))
                .build());
    network.init();
    return network;
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork convolution() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            configuration()
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(new ConvolutionLayer.Builder(2, 2).nOut(4).build())
                .layer(new BatchNormalization.Builder().updater(new Nesterovs(0.01)).build())
                .layer(new DenseLayer.Builder().nOut(8).dropOut(0.8).build())
                .layer(output(8))
                .setInputType(InputType.convolutionalFlat(2, 3, 1))
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork recurrent() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            configuration()
                .list()
                .layer(new LSTM.Builder().nIn(4).nOut(5).dropOut(0.8).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(5)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .backpropType(BackpropType.TruncatedBPTT)
                .tBPTTForwardLength(3)
                .tBPTTBackwardLength(3)
                .build());
    network.init();
    return network;
  }

  /** Two branches, named so that the order of names is not the order of computation. */
  private static ComputationGraph graph() {
    ComputationGraph network =
        new ComputationGraph(
            configuration()
                .graphBuilder()
                .addInputs("in")
                .addLayer("z", new DenseLayer.Builder().nIn(FEATURES).nOut(7).build(), "in")
                .addLayer(
                    "b",
                    new DenseLayer.Builder()
                        .nIn(FEATURES)
                        .nOut(4)
                        .dropOut(0.8)
                        .updater(new RmsProp(0.01))
                        .build(),
                    "in")
                .addVertex("both", new MergeVertex(), "z", "b")
                .addLayer("norm", new BatchNormalization.Builder().nIn(11).nOut(11).build(), "both")
                .addLayer("a", output(11), "norm")
                .setOutputs("a")
                .build());
    network.init();
    return network;
  }

  /** Parameters, moments, counters, score and random state, as one digest. */
  static String bits(NeuralNetwork network) {
    Network all = Network.of(network);
    Random random = Nd4j.getRandom();
    String text =
        hex(network.params())
            + hex(network.updaterState())
            + " iterations "
            + all.iterations()
            + " epochs "
            + all.epochs()
            + " score "
            + all.score()
            + " random "
            + random.rootState()
            + " "
            + random.nodeState();
    return sha256(text) + " " + text.substring(text.indexOf(" iterations"));
  }

  private static String hex(INDArray array) {
    return array == null ? "none" : HexFormat.of().formatHex(array.data().asBytes());
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
