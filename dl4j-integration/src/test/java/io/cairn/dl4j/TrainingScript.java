// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.TrainingStoppedException;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.NeuralNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** A training script as a user has it, in a process of its own that says what it does. */
final class TrainingScript {

  private TrainingScript() {}

  /**
   * Trains, or goes on training.
   *
   * @param args {@code fit}, {@code loop}; the training; the base folder; milliseconds per step; if
   *     it is to be killed, the line at which it is, as it stands still at the next. Or one of
   *     {@code plain}, {@code halt}, {@code resume} for all trainings, and the base folder
   */
  public static void main(String[] args) throws IOException {
    Path base = Path.of(args[args[0].equals("fit") || args[0].equals("loop") ? 2 : 1]);
    switch (args[0]) {
      case "fit" -> fit(args[1], base, reporter(args));
      case "loop" -> loop(args[1], base, reporter(args));
      case "plain" -> allPlain();
      case "halt" -> allHalted(base);
      case "resume" -> allResumed(base);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static Reporter reporter(String... args) {
    String last = args.length > 4 ? args[4] : "nothing";
    return new Reporter(args[1], Integer.parseInt(args[3]), Pattern.compile(last));
  }

  private static CheckpointerBuilder settings(Path base) {
    return Checkpointer.builder()
        .baseFolder(base)
        .savePolicy(SavePolicy.anyOf(SavePolicy.everySteps(3), SavePolicy.atEnd()))
        .whenBusy(WhenBusy.WAIT);
  }

  private static void fit(String name, Path base, Reporter reporter) throws CheckpointException {
    Trainings.Training training = Trainings.of(name);
    Network.of(training.network()).add(reporter);
    var reached = fit(training, settings(base));
    System.out.println("reached at " + reached);
    System.out.println("bits " + name + " " + training.bits());
  }

  private static Progress fit(Trainings.Training training, CheckpointerBuilder settings)
      throws CheckpointException {
    return training.data() == null
        ? Dl4jTraining.fit(training.network(), training.multi(), Trainings.EPOCHS, settings)
        : Dl4jTraining.fit(training.network(), training.data(), Trainings.EPOCHS, settings);
  }

  private static void loop(String name, Path base, Reporter reporter) throws CheckpointException {
    Trainings.Training training = Trainings.of(name);
    NeuralNetwork network = training.network();
    Network.of(network).add(reporter);
    Dl4jCheckpointListener checkpoints = Dl4jCheckpointListener.attachTo(network, settings(base));
    DataSetIterator data = checkpoints.resume(training.data());
    try {
      int remaining = checkpoints.remainingEpochs(Trainings.EPOCHS);
      for (int epoch = Trainings.EPOCHS - remaining; epoch < Trainings.EPOCHS; epoch++) {
        network.fit(data);
      }
      System.out.println("bits " + name + " " + training.bits());
    } catch (TrainingStoppedException e) {
      System.out.println("reached at " + e.position());
    }
  }

  /** Without Cairn. */
  private static void allPlain() {
    for (String name : Trainings.names()) {
      Trainings.Training training = Trainings.of(name);
      training.fitByDl4j(Trainings.EPOCHS);
      System.out.println("bits " + name + " " + training.bits());
    }
  }

  /** Ends each training by an error in the middle of an epoch, the last by the process's end. */
  private static void allHalted(Path base) throws CheckpointException {
    for (String name : Trainings.names()) {
      Trainings.Training training = Trainings.of(name);
      Network.of(training.network()).add(new Bomb(name.equals("tbptt") ? 98 : 26));
      try {
        fit(training, settings(base.resolve(name)));
        throw new AssertionError("not stopped");
      } catch (IllegalStateException e) {
        System.out.println("halted " + name + ": " + e.getMessage());
      }
    }
    Runtime.getRuntime().halt(137);
  }

  private static void allResumed(Path base) throws CheckpointException {
    for (String name : Trainings.names()) {
      Trainings.Training training = Trainings.of(name);
      Counter counter = new Counter();
      Network.of(training.network()).add(counter);
      fit(training, settings(base.resolve(name)));
      System.out.println("steps " + name + " " + counter.steps);
      System.out.println("bits " + name + " " + training.bits());
    }
  }

  private static final class Counter extends BaseTrainingListener {
    private int steps;

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      steps++;
    }
  }

  private static final class Bomb extends BaseTrainingListener {
    private int left;

    Bomb(int left) {
      this.left = left;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (--left == 0) {
        throw new IllegalStateException("boom after iteration " + iteration);
      }
    }
  }

  /** Says where the training is, and takes its time. */
  private static final class Reporter extends BaseTrainingListener {
    private final String name;
    private final int millis;
    private final Pattern last;
    private boolean past;
    private int trained;
    private int epochs;

    Reporter(String name, int millis, Pattern last) {
      this.name = name;
      this.millis = millis;
      this.last = last;
    }

    private void say(String line) {
      System.out.println(line);
      try {
        TimeUnit.MILLISECONDS.sleep(past ? Long.MAX_VALUE : millis);
        past = last.matcher(line).find();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      say("trained " + ++trained);
    }

    @Override
    public void onEpochEnd(Model model) {
      say("evaluating " + (epochs + 1));
      NeuralNetwork network = (NeuralNetwork) model;
      network.doEvaluation(Trainings.test(name), new Evaluation(3));
      say("epoch " + ++epochs);
    }
  }
}
