// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.Model;
import ai.djl.metric.Metrics;
import ai.djl.ndarray.NDManager;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.RandomAccessDataset;
import ai.djl.training.listener.EpochTrainingListener;
import ai.djl.training.listener.EvaluatorTrainingListener;
import ai.djl.training.listener.TrainingListener;
import ai.djl.translate.TranslateException;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.djl.tasks.Attention;
import io.cairn.djl.tasks.ImageClassification;
import io.cairn.djl.tasks.ObjectDetection;
import io.cairn.djl.tasks.Recurrence;
import io.cairn.djl.tasks.Segmentation;
import io.cairn.djl.tasks.Task;
import io.cairn.model.Progress;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A training of any task, as a script that is killed, and here for comparison. */
final class TaskTraining implements AutoCloseable {
  static final int EPOCHS = 3;

  /** 46 rows in batches of 6: the last one has 4. */
  static final int BATCHES_PER_EPOCH = 8;

  static final int ROWS = 46;
  static final int SEED = 5;

  static final SortedMap<String, Supplier<Task>> TASKS =
      new TreeMap<>(
          Map.of(
              "attention", Attention::new,
              "classification", ImageClassification::new,
              "detection", ObjectDetection::new,
              "recurrence", Recurrence::new,
              "segmentation", Segmentation::new));

  private final Model model;
  private final Trainer trainer;
  private final RandomAccessDataset data;
  private final RandomAccessDataset validation;

  TaskTraining(String name, TrainingListener... listeners) {
    Training.seed(SEED);
    Task task = TASKS.get(name).get();
    model = Model.newInstance(name);
    model.setBlock(task.network());
    trainer =
        model.newTrainer(
            new DefaultTrainingConfig(task.loss())
                .optOptimizer(task.optimizer())
                .addTrainingListeners(new EpochTrainingListener(), new EvaluatorTrainingListener())
                .addTrainingListeners(listeners));
    trainer.setMetrics(new Metrics());
    trainer.initialize(task.input());
    NDManager manager = model.getNDManager();
    data = task.data(manager, ROWS, 1, true);
    validation = task.data(manager, 2 * Task.BATCH, 2, false);
  }

  /**
   * Trains, or goes on training.
   *
   * @param args the base folder, the file for the final state, milliseconds per batch, {@code fit}
   *     or {@code stock}, the task
   */
  public static void main(String[] args) throws IOException, TranslateException {
    Reporter reporter = new Reporter(Integer.parseInt(args[2]));
    CheckpointerBuilder settings =
        Checkpointer.builder()
            .baseFolder(Path.of(args[0]))
            .savePolicy(SavePolicy.everySteps(3))
            .whenBusy(WhenBusy.WAIT);
    if (args[3].equals("fit")) {
      try (TaskTraining training = new TaskTraining(args[4], reporter)) {
        DjlTraining.fit(training.trainer, EPOCHS, training.data, training.validation, settings);
        training.snapshot().save(Path.of(args[1]));
      }
    } else {
      DjlCheckpointListener checkpoints = new DjlCheckpointListener(settings);
      try (TaskTraining training = new TaskTraining(args[4], reporter, checkpoints)) {
        EasyTrain.fit(
            training.trainer,
            checkpoints.remainingEpochs(EPOCHS),
            checkpoints.resume(training.data),
            training.validation);
        training.snapshot().save(Path.of(args[1]));
      }
    }
  }

  /** Trains to the end without any checkpoints. */
  static MemorySnapshot uninterrupted(String name, TrainingListener... listeners) {
    try (TaskTraining training = new TaskTraining(name, listeners)) {
      Walk walk = new Walk(new DjlTrainingState(training.trainer), Progress.START, Training.NOBODY);
      new FitLoop(training.trainer, walk).run(EPOCHS, training.data, training.validation);
      return training.snapshot();
    } catch (IOException | TranslateException e) {
      throw new IllegalStateException(e);
    }
  }

  void train(int epochs, CheckpointerBuilder settings) throws IOException, TranslateException {
    DjlTraining.fit(trainer, epochs, data, validation, settings);
  }

  Model model() {
    return model;
  }

  MemorySnapshot snapshot() {
    return MemorySnapshot.of(new DjlTrainingState(trainer));
  }

  @Override
  public void close() {
    trainer.close();
    model.close();
  }
}
