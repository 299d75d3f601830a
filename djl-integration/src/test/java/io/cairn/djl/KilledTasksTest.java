// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Repro;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What people train: each is killed again and again, and ends with the bits of one left alone. */
class KilledTasksTest {
  private static final Map<String, MemorySnapshot> UNINTERRUPTED = new ConcurrentHashMap<>();

  @TempDir Path folder;

  static Stream<String> tasks() {
    return TaskTraining.TASKS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void goesOnWithTheSameBitsAfterEachOfFourKills(String task) throws Exception {
    Random random = Repro.random("kills of " + task);
    String how = random.nextBoolean() ? "fit" : "stock";
    Script script = new Script(TaskTraining.class, folder, how, task);
    script.killAt("^trained 1$"); // before the first snapshot
    script.killAt("^trained " + (4 + random.nextInt(4)) + "$");
    script.killAt(random.nextBoolean() ? "^validated 1$" : "^epoch 1$");
    script.killAt("^trained " + (4 + random.nextInt(6)) + "$");
    script.runToTheEnd();
    assertThat(differences(task, script.endState())).as(script.toString()).isEmpty();
  }

  private static Stream<String> differences(String task, MemorySnapshot actual) {
    MemorySnapshot expected = UNINTERRUPTED.computeIfAbsent(task, TaskTraining::uninterrupted);
    return Stream.of("model", "optimizer", "rng", "data", "listeners")
        .flatMap(section -> actual.differences(expected, section).stream());
  }
}
