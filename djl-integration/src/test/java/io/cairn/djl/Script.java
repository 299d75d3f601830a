// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A training script in processes of its own, one after the other, on one base folder. Its arguments
 * are the folder, the file for the final state, milliseconds per batch, and its own.
 */
record Script(Class<?> main, Path folder, List<String> arguments) {
  static final Duration LONG = Duration.ofMinutes(2);

  /** So long does a step take that a signal hits the one it is meant for, or the next. */
  static final int SLOW = 30;

  private static final Path JAVA = Path.of(System.getProperty("java.home"));

  Script(Class<?> main, Path folder, String... arguments) {
    this(main, folder, List.of(arguments));
  }

  /** Where the state is when the training is complete. */
  Path end() {
    return folder.resolve("end");
  }

  MemorySnapshot endState() throws IOException {
    return MemorySnapshot.load(end());
  }

  /** Kills it when it says so. */
  void killAt(String line) throws Exception {
    killAt(line, 0);
  }

  /** Kills it some time after it says so. */
  void killAt(String line, int millisLater) throws Exception {
    try (ForkedJvm jvm = start(SLOW, JAVA)) {
      jvm.awaitLine(line, LONG);
      TimeUnit.MILLISECONDS.sleep(millisLater);
      jvm.kill();
    }
    assertThat(end()).doesNotExist();
  }

  /** Lets it run, and gives its output. */
  List<String> runToTheEnd() throws Exception {
    return runToTheEnd(JAVA);
  }

  List<String> runToTheEnd(Path javaHome) throws Exception {
    try (ForkedJvm jvm = start(0, javaHome)) {
      assertThat(jvm.waitFor(LONG)).as(() -> String.join("\n", jvm.lines())).isZero();
      return jvm.lines();
    }
  }

  ForkedJvm startSlowly() throws IOException {
    return start(SLOW, JAVA);
  }

  private ForkedJvm start(int millis, Path javaHome) throws IOException {
    List<String> all = new ArrayList<>(List.of(folder.toString(), end().toString(), "" + millis));
    all.addAll(arguments);
    ForkedJvm.Builder jvm =
        ForkedJvm.running(main)
            .javaHome(javaHome)
            .jvmArgument("-Xmx256m")
            .property("org.slf4j.simpleLogger.defaultLogLevel", "info")
            .arguments(all.toArray());
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("ai.djl.") || name.startsWith("DJL_") || name.startsWith("OPT_")) {
        jvm.property(name, System.getProperty(name));
      }
    }
    return jvm.start();
  }

  /** The manifests of all snapshots, oldest first. */
  List<String> snapshots() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .sorted()
          .toList();
    }
  }
}
