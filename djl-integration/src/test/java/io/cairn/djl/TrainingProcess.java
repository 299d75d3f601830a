// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import io.cairn.model.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One attempt of a training in a JVM of its own. */
final class TrainingProcess {
  private static final int EPOCHS = 4;

  private TrainingProcess() {}

  /**
   * Trains.
   *
   * @param args optimizer, seed of this attempt's first weights, step to stop at, file to save the
   *     state into, and, if this is a resume, the file with the state, its step, epoch and batch
   */
  public static void main(String[] args) throws IOException {
    Training.seed(Integer.parseInt(args[1]));
    try (Training training = Training.with(args[0]).start()) {
      Progress from = Progress.START;
      if (args.length > 4) {
        MemorySnapshot.load(Path.of(args[4])).restore(training.state);
        from =
            new Progress(Long.parseLong(args[5]), Long.parseLong(args[6]), Long.parseLong(args[7]));
      }
      Progress reached = training.train(from, EPOCHS, Long.parseLong(args[2]));
      training.snapshot().save(Path.of(args[3]));
      System.out.println(reached.step() + " " + reached.epoch() + " " + reached.batch());
    }
  }

  /** Runs an attempt and gives back where it stopped. */
  static List<String> run(Path log, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("ai.djl.")
          || name.equals("OPT_OUT_TRACKING")
          || name.startsWith("DJL_")) {
        command.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TrainingProcess.class.getName());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IllegalStateException("exit " + exit + ": " + Files.readString(log));
    }
    return List.of(output.strip().split(" "));
  }
}
