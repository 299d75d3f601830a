// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Trains {@link BankTraining} in a folder laid out as a SageMaker container, kills it while a
 * snapshot is being written, starts the same command again, and compares the end with a training
 * that was never interrupted.
 */
public final class Quickstart {
  private static final int EVERY_STEPS = 20;
  private static final int KILL_IN_EPOCH = 2;
  private static final int KILL_FROM_BATCH = 60;

  private final Path folder;

  private Quickstart(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs it.
   *
   * @param arguments the folder to work in; emptied first
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    deleteAll(folder);
    System.exit(new Quickstart(folder).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    Container killed = Container.create(folder.resolve("killed"), EVERY_STEPS);
    Container undisturbed = Container.create(folder.resolve("undisturbed"), EVERY_STEPS);

    say("1/3  training, until it is killed (SIGKILL) in the middle of an epoch ...");
    Attempt first = Attempt.start(killed, folder.resolve("killed-1.log"));
    String killedAt = first.killWhileWriting(KILL_IN_EPOCH, KILL_FROM_BATCH);
    say("     killed while the snapshot of " + killedAt + " was being written");

    say("2/3  the same command again ...");
    Attempt second = Attempt.start(killed, folder.resolve("killed-2.log"));
    second.finish();
    say("     resumed at " + second.resumedAt().orElse("the beginning") + ", " + second.result());

    say("3/3  the same training, never interrupted ...");
    Attempt whole = Attempt.start(undisturbed, folder.resolve("undisturbed.log"));
    whole.finish();
    say("     " + whole.result());

    FinalState resumed = FinalState.read(killed.checkpoints());
    FinalState expected = FinalState.read(undisturbed.checkpoints());
    table(first, second, whole, killedAt);
    say("snapshots to look at: " + killed.checkpoints());
    long differences = resumed.differences(expected);
    boolean identical = differences == 0 && second.resumedAt().isPresent();
    say(
        "bit-identical: %s (%d tensors of parameters and optimizer, %,d bytes, %d differ)"
            .formatted(identical, expected.tensors().size(), expected.bytes(), differences));
    return identical;
  }

  private static void table(Attempt first, Attempt second, Attempt whole, String killedAt) {
    say("");
    say("                   snapshots   size MB   stall ms (median, max)   write ms (median, max)");
    row("killed", first);
    row("resumed", second);
    row("undisturbed", whole);
    say("");
    say("killed at          " + killedAt);
    say("resumed at         " + second.resumedAt().orElse("the beginning"));
  }

  private static void row(String name, Attempt attempt) {
    say(
        "%-18s %9d %9.1f %15.2f %8.2f %15.2f %8.2f"
            .formatted(
                name,
                attempt.committed(),
                attempt.snapshotBytes() / 1e6,
                median(attempt.stallMillis()),
                max(attempt.stallMillis()),
                median(attempt.writeMillis()),
                max(attempt.writeMillis())));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
  }

  private static double max(List<Double> values) {
    return values.stream().max(Comparator.naturalOrder()).orElse(Double.NaN);
  }

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      Files.createDirectories(folder);
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Files.createDirectories(folder);
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
