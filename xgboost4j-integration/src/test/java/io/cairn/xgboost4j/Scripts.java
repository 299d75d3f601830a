// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Runs {@link TrainingScript} in processes, one after the other, in one folder. */
final class Scripts {
  static final Duration LONG = Duration.ofMinutes(2);

  private static final Map<Recipe, String> UNINTERRUPTED = new ConcurrentHashMap<>();

  private final Recipe recipe;
  private final Path folder;
  private final String saves;

  Scripts(Recipe recipe, Path folder, String saves) {
    this.recipe = recipe;
    this.folder = folder;
    this.saves = saves;
  }

  ForkedJvm start(int millis, int lastCall) throws IOException {
    return ForkedJvm.running(TrainingScript.class)
        .jvmArgument("-Xmx256m")
        .jvmArgument("-XX:TieredStopAtLevel=1")
        .environment("OMP_WAIT_POLICY", "passive")
        .property("org.slf4j.simpleLogger.log.io.cairn", "info")
        .arguments(recipe, folder, end(), saves, millis, lastCall)
        .start();
  }

  /** Kills a process some time after a line of its output. */
  void killAt(String line, int millisLater) throws Exception {
    try (ForkedJvm jvm = start(40, 0)) {
      jvm.awaitLine(line, LONG);
      Thread.sleep(millisLater);
      jvm.kill();
    }
    assertThat(end()).doesNotExist();
  }

  /** Kills a process after it copied its state so many times, and some time; it may have ended. */
  void runAndKillAfter(int captures, int millisLater) throws Exception {
    try (ForkedJvm jvm = start(30, 0)) {
      awaitCaptures(jvm, captures);
      Thread.sleep(millisLater);
      jvm.kill();
    }
  }

  private void awaitCaptures(ForkedJvm jvm, int count) throws InterruptedException {
    while (jvm.isAlive()
        && jvm.lines().stream().filter(line -> line.startsWith("captured ")).count() < count) {
      Thread.sleep(2);
    }
  }

  ForkedJvm runToTheEnd() throws Exception {
    try (ForkedJvm jvm = start(0, 0)) {
      assertThat(jvm.waitFor(LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return jvm;
    }
  }

  Path end() {
    return folder.resolve("end");
  }

  void assertSameBitsAsUninterrupted() throws IOException {
    assertThat(Files.readString(end()).equals(uninterrupted(recipe)))
        .as("%s ends with the bits of an uninterrupted training", recipe)
        .isTrue();
  }

  /** In this process, with no snapshot ever written. */
  static String uninterrupted(Recipe recipe) {
    return UNINTERRUPTED.computeIfAbsent(recipe, Scripts::trainWithoutSnapshots);
  }

  private static String trainWithoutSnapshots(Recipe recipe) {
    try {
      return recipe.train(NoSnapshots.settings());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
