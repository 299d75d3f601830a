// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** A training of a SameDiff graph, in a process of its own that says what it does. */
final class SameDiffScript {
  static final int EPOCHS = 2;
  static final int STEPS = EPOCHS * Rows.COUNT / Rows.BATCH;

  /** Each has random numbers in the graph; the last has random numbers in its data, too. */
  private static final Map<String, Supplier<IUpdater>> UPDATERS =
      Map.of(
          "adam", () -> new Adam(new StepSchedule(ScheduleType.EPOCH, 0.02, 0.5, 1)),
          "multi", () -> new Adam(0.01),
          "nesterovs", () -> new Nesterovs(0.05, 0.9),
          "sgd", () -> new Sgd(0.1));

  private SameDiffScript() {}

  /**
   * Trains, or goes on training.
   *
   * @param args {@code plain}; or the name of a training, the base folder, {@code steps} or {@code
   *     epochs}, milliseconds per step and, if it is to be killed, the step at which it stands
   *     still
   */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("plain")) {
      for (String name : UPDATERS.keySet()) {
        SameDiff sd = graph(8, UPDATERS.get(name).get());
        sd.fit(rows(name), EPOCHS);
        System.out.println("bits " + name + " " + bits(sd));
      }
      return;
    }
    String name = args[0];
    SameDiff sd = graph(8, UPDATERS.get(name).get());
    int last = args.length > 4 ? Integer.parseInt(args[4]) : Integer.MAX_VALUE;
    sd.addListeners(new Reporter(Integer.parseInt(args[3]), last));
    CheckpointerBuilder settings = settings(Path.of(args[1]), args[2]);
    var reached =
        name.equals("multi")
            ? Dl4jSameDiff.fit(sd, new MultiDataSetIteratorAdapter(rows(name)), EPOCHS, settings)
            : Dl4jSameDiff.fit(sd, rows(name), EPOCHS, settings);
    System.out.println("reached at " + reached);
    System.out.println("bits " + name + " " + bits(sd));
  }

  static CheckpointerBuilder settings(Path base, String unit) {
    return Checkpointer.builder()
        .baseFolder(base)
        .savePolicy(unit.equals("steps") ? SavePolicy.everySteps(3) : SavePolicy.everyEpochs(1))
        .whenBusy(WhenBusy.WAIT);
  }

  static Rows rows(String name) {
    var points = Rows.points(Rows.COUNT, Trainings.FEATURES);
    return name.equals("sgd")
        ? Rows.shuffledByNd4j(points)
        : Rows.shuffledByItself(points, name.equals("adam"));
  }

  /** Two layers with a mask of random numbers between them. */
  static SameDiff graph(int width, IUpdater updater) {
    Nd4j.getRandom().setSeed(5);
    SameDiff sd = SameDiff.create();
    SDVariable in = sd.placeHolder("in", DataType.FLOAT, -1, Trainings.FEATURES);
    SDVariable labels = sd.placeHolder("labels", DataType.FLOAT, -1, 3);
    SDVariable w1 = sd.var("w1", Nd4j.randn('f', Trainings.FEATURES, width).muli(0.3));
    SDVariable b1 = sd.var("b1", Nd4j.zeros(DataType.FLOAT, width));
    SDVariable w2 = sd.var("w2", Nd4j.randn(width, 3).muli(0.3));
    SDVariable b2 = sd.var("b2", Nd4j.zeros(DataType.FLOAT, 3));
    SDVariable mask = sd.random().bernoulli(0.8, DataType.FLOAT, Rows.BATCH, width);
    SDVariable hidden = sd.math().tanh(in.mmul(w1).add(b1)).mul(mask);
    SDVariable logits = hidden.mmul(w2).add("logits", b2);
    sd.loss().softmaxCrossEntropy("loss", labels, logits, null);
    sd.setLossVariables("loss");
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(updater)
            .l2(1e-3)
            .dataSetFeatureMapping("in")
            .dataSetLabelMapping("labels")
            .build());
    return sd;
  }

  /** Variables, moments, counters and random state, as one digest. */
  static String bits(SameDiff sd) {
    SameDiffGraph graph = new SameDiffGraph(sd);
    Random random = Nd4j.getRandom();
    StringBuilder arrays = new StringBuilder();
    graph.variables().forEach((name, array) -> arrays.append(name).append(hex(array)));
    graph.moments().forEach((name, array) -> arrays.append(name).append(hex(array)));
    String rest =
        " iterations "
            + graph.iterations()
            + " epochs "
            + graph.epochs()
            + " random "
            + random.rootState()
            + " "
            + random.nodeState();
    return Trainings.sha256(arrays + rest) + rest;
  }

  private static String hex(INDArray array) {
    return HexFormat.of().formatHex(array.dup().data().asBytes());
  }

  /** Says where the training is, and takes its time. */
  private static final class Reporter extends BaseListener {
    private final int millis;
    private final int last;
    private int trained;

    Reporter(int millis, int last) {
      this.millis = millis;
      this.last = last;
    }

    @Override
    public boolean isActive(Operation operation) {
      return operation == Operation.TRAINING;
    }

    @Override
    public void iterationDone(SameDiff gradients, At at, MultiDataSet batch, Loss loss) {
      System.out.println("trained " + ++trained);
      try {
        TimeUnit.MILLISECONDS.sleep(trained < last ? millis : Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
