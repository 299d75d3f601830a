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

  private static final String KILLED = "killed";
  private static final String UNDISTURBED = "undisturbed";
  private static final String FIRST_LOG = "killed-1.log";
  private static final String SECOND_LOG = "killed-2.log";
  private static final String UNDISTURBED_LOG = "undisturbed.log";

  /** All that it makes in its folder, which may hold other things. */
  private static final List<String> OWN =
      List.of(KILLED, UNDISTURBED, FIRST_LOG, SECOND_LOG, UNDISTURBED_LOG);

  private final Path folder;

  private Quickstart(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs it.
   *
   * @param arguments the folder to work in; what an earlier run left there is deleted first
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Files.createDirectories(folder);
    for (String own : OWN) {
      deleteAll(folder.resolve(own));
    }
    System.exit(new Quickstart(folder).run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    Container killed = Container.create(folder.resolve(KILLED), EVERY_STEPS);
    Container undisturbed = Container.create(folder.resolve(UNDISTURBED), EVERY_STEPS);

    say("1/3  training, until it is killed (SIGKILL) in the middle of an epoch ...");
    Attempt first = Attempt.start(killed, folder.resolve(FIRST_LOG));
    String killedAt = first.killWhileWriting(KILL_IN_EPOCH, KILL_FROM_BATCH);
    say("     killed while the snapshot of " + killedAt + " was being written");

    say("2/3  the same command again ...");
    Attempt second = Attempt.start(killed, folder.resolve(SECOND_LOG));
    second.finish();
    say("     resumed at " + second.resumedAt().orElse("the beginning") + ", " + second.result());

    say("3/3  the same training, never interrupted ...");
    Attempt whole = Attempt.start(undisturbed, folder.resolve(UNDISTURBED_LOG));
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
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
