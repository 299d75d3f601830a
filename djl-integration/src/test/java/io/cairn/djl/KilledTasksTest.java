// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListenerAdapter;
import io.cairn.testkit.Repro;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people train: each is killed again and again, and ends with the bits of one left alone. More
 * than the usual 20 kills with {@code -Dcairn.test.kills=300}.
 */
class KilledTasksTest {
  private static final int KILLS = Integer.getInteger("cairn.test.kills", 20);
  private static final int KILLS_PER_TRAINING = 4;
  private static final Map<String, MemorySnapshot> UNINTERRUPTED = new ConcurrentHashMap<>();

  @TempDir Path folder;

  static Stream<Arguments> trainings() {
    List<String> tasks = List.copyOf(TaskTraining.TASKS.keySet());
    int trainings = Math.max(tasks.size(), KILLS / KILLS_PER_TRAINING);
    return IntStream.range(0, trainings)
        .mapToObj(i -> Arguments.of(tasks.get(i % tasks.size()), 1 + i / tasks.size()));
  }

  @ParameterizedTest(name = "{0}, training {1}")
  @MethodSource("trainings")
  void endsWithTheSameBitsAfterFourKills(String task, int number) throws Exception {
    Random random = Repro.random(task + number);
    killBeforeTheFirstSnapshot(random, task);
    kill(random, task, "trained " + (4 + random.nextInt(4)));
    kill(random, task, random.nextBoolean() ? "validated " + (1 + random.nextInt(2)) : "epoch 1");
    kill(random, task, "trained " + (1 + random.nextInt(14)));

    script(random, task).runToTheEnd();

    assertThat(differences(task, script(random, task).endState())).isEmpty();
  }

  static Set<String> tasks() {
    return TaskTraining.TASKS.keySet();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void learns(String task) {
    List<Float> losses = new ArrayList<>();
    TaskTraining.uninterrupted(
        task,
        new TrainingListenerAdapter() {
          @Override
          public void onEpoch(Trainer trainer) {
            losses.add(trainer.getTrainingResult().getTrainLoss());
          }
        });
    assertThat(losses.get(TaskTraining.EPOCHS - 1)).isLessThan(losses.get(0));
  }

  private void killBeforeTheFirstSnapshot(Random random, String task) throws Exception {
    script(random, task).killAt("^trained 1$");
    assertThat(folder.resolve("checkpoints")).doesNotExist();
  }

  /** Some time around a moment: in the step after it, while a snapshot is written, or neither. */
  private void kill(Random random, String task, String moment) throws Exception {
    script(random, task).killAt("^" + moment + "$", random.nextInt(2 * Script.SLOW));
  }

  /** Each attempt may have another kind of loop. */
  private Script script(Random random, String task) {
    return new Script(TaskTraining.class, folder, random.nextBoolean() ? "fit" : "stock", task);
  }

  private static Stream<String> differences(String task, MemorySnapshot actual) {
    MemorySnapshot expected = UNINTERRUPTED.computeIfAbsent(task, TaskTraining::uninterrupted);
    return Stream.of("model", "optimizer", "rng", "data", "listeners")
        .flatMap(section -> actual.differences(expected, section).stream());
  }
}
