// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.commit.PartName;
import io.cairn.inspect.PrunePlan;
import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotChecker;
import io.cairn.inspect.SnapshotListing;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.sagemaker.Hyperparameters;
import io.cairn.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Applies retention by hand. */
@Command(
    name = "prune",
    description = {
      "Says for each snapshot of a run whether it would be kept, and why; with --delete, deletes"
          + " the others.",
      "Kept in any case: the newest snapshot whose digests are all right, the newest uploaded one,"
          + " what is being uploaded, what is found to be damaged, and what the newest attempt has"
          + " not finished. What is kept is read to find out."
    },
    footer = {
      "  cairn prune checkpoints --keep-last 3",
      "  cairn prune checkpoints --keep-last 1 --keep-best 2:loss:min --delete"
    })
final class PruneCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Where the snapshots are.")
  private Optional<String> folder = Optional.empty();

  @Option(names = "--keep-last", paramLabel = "N", description = "Keep the newest N.")
  private Optional<String> last = Optional.empty();

  @Option(
      names = "--keep-best",
      paramLabel = "K:METRIC:GOAL",
      description = "Keep the best K, as in 3:validation_loss:min.")
  private Optional<String> best = Optional.empty();

  @Option(
      names = "--keep-every-steps",
      paramLabel = "N",
      description = "Keep the first at or past each multiple of N steps.")
  private Optional<String> everySteps = Optional.empty();

  @Option(
      names = "--keep-newer-than",
      paramLabel = "AGE",
      description = "Keep those that are not older, as in 90m, 36h or P7D.")
  private Optional<String> newerThan = Optional.empty();

  @Option(names = "--delete", description = "Delete. Without it, nothing is changed.")
  private boolean delete;

  @Option(
      names = "--dry-run",
      description = "Change nothing, which is the default. Not together with --delete.")
  private boolean dryRun;

  PruneCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException, InterruptedException {
    if (delete && dryRun) {
      throw new CliException("--dry-run deletes nothing and --delete does; give one of them");
    }
    List<RetentionPolicy> policies = policies();
    Selector selector = selector();
    Selector.Target target = selector.wholeFolder(folder);
    Selector.Folder open = selector.folder(target);
    RunListing run = selector.run(open, target);
    PrunePlan plan = plan(open.store(), run, policies);
    if (delete) {
      delete(open.store(), plan);
    }
    if (isJson()) {
      json(open.place(), run, plan);
    } else {
      text(plan);
    }
    return Exit.SOUND;
  }

  private List<RetentionPolicy> policies() throws CliException {
    List<RetentionPolicy> policies = new ArrayList<>();
    add("keep_last", last, policies);
    add("keep_best", best, policies);
    add("keep_every_steps", everySteps, policies);
    add("keep_newer_than", newerThan, policies);
    if (policies.isEmpty()) {
      throw new CliException("prune needs to know what to keep, such as --keep-last 3");
    }
    return policies;
  }

  /** The values have the forms of the job's hyperparameters, and are read as those. */
  private static void add(String key, Optional<String> value, List<RetentionPolicy> policies)
      throws CliException {
    if (value.isEmpty()) {
      return;
    }
    List<String> problems = new ArrayList<>();
    Hyperparameters.read(Map.of("checkpoint_" + key, value.get()), problems)
        .retentionPolicy()
        .ifPresent(policies::add);
    if (!problems.isEmpty()) {
      String option = "--" + key.replace('_', '-');
      throw new CliException(problems.get(0).replace("checkpoint_" + key, option));
    }
  }

  /** What is to be kept is read, until all of it is sound: then it is worth the rest. */
  private PrunePlan plan(Store store, RunListing run, List<RetentionPolicy> policies)
      throws CorruptSnapshotException, InterruptedException {
    PrunePlan.Checked checked = check(store, run);
    Set<SnapshotId> unsound = new HashSet<>(checked.unsound());
    Set<SnapshotId> sound = new HashSet<>(Set.of(checked.sound()));
    while (true) {
      PrunePlan plan =
          PrunePlan.of(
              run,
              new PrunePlan.Checked(checked.sound(), unsound),
              policies,
              console().clock().instant());
      Optional<SnapshotListing> unread =
          plan.newestFirst().stream()
              .filter(PrunePlan.Decision::keep)
              .map(PrunePlan.Decision::snapshot)
              .filter(SnapshotListing::isComplete)
              .filter(s -> !sound.contains(s.id()) && !unsound.contains(s.id()))
              .findFirst();
      if (unread.isEmpty()) {
        return plan;
      }
      (isSound(store, unread.get()) ? sound : unsound).add(unread.get().id());
    }
  }

  private PrunePlan.Checked check(Store store, RunListing run)
      throws CorruptSnapshotException, InterruptedException {
    Set<SnapshotId> unsound = new HashSet<>();
    for (SnapshotListing snapshot : run.newestFirst()) {
      if (snapshot.isComplete()) {
        if (isSound(store, snapshot)) {
          return new PrunePlan.Checked(snapshot.id(), unsound);
        }
        unsound.add(snapshot.id());
      }
    }
    throw new CorruptSnapshotException(
        "no snapshot of run '" + run.run() + "' is sound; nothing is deleted ('verify' says more)");
  }

  private boolean isSound(Store store, SnapshotListing snapshot) throws InterruptedException {
    try (ProgressDisplay progress = new ProgressDisplay(console(), "verifying", snapshot.bytes())) {
      return new SnapshotChecker(store, false, 1, progress).check(List.of(snapshot)).isSound();
    }
  }

  /** Of each snapshot all manifests first, so that at every moment it is whole or not there. */
  private static void delete(Store store, PrunePlan plan) throws IOException {
    Comparator<String> manifestsFirst =
        Comparator.comparing((String name) -> !isManifest(name)).thenComparing(name -> name);
    store.force(); // what stays must not be lost by a crash that the deletion survives
    for (SnapshotListing snapshot : plan.dropped()) {
      for (String name : snapshot.files().keySet().stream().sorted(manifestsFirst).toList()) {
        store.delete(name);
      }
    }
  }

  private static boolean isManifest(String name) {
    return PartName.parse(name).filter(file -> file.kind() == PartName.Kind.MANIFEST).isPresent();
  }

  private void text(PrunePlan plan) {
    Table table = new Table(">STEP", ">ATTEMPT", ">SIZE", "FATE", "WHY");
    for (PrunePlan.Decision decision : plan.newestFirst()) {
      table.row(
          decision.snapshot().id().step(),
          decision.snapshot().id().attempt(),
          Show.bytes(decision.snapshot().bytes()),
          decision.keep() ? "keep" : "drop",
          decision.reason());
    }
    table.lines().forEach(this::print);
    String what =
        Show.count(plan.dropped().size(), "snapshot") + ", " + Show.bytes(bytesDropped(plan));
    print(
        delete
            ? "deleted " + what
            : "would delete " + what + (plan.dropped().isEmpty() ? "" : "; --delete does it"));
  }

  private static long bytesDropped(PrunePlan plan) {
    return plan.dropped().stream().mapToLong(SnapshotListing::bytes).sum();
  }

  private void json(String place, RunListing run, PrunePlan plan) throws IOException {
    printJson(
        json -> {
          json.writeStringField("place", place);
          json.writeStringField("run", run.run().value());
          json.writeBooleanField("deleted", delete);
          json.writeNumberField("bytes", bytesDropped(plan));
          json.writeArrayFieldStart("snapshots");
          for (PrunePlan.Decision decision : plan.newestFirst()) {
            json.writeStartObject();
            json.writeNumberField("step", decision.snapshot().id().step());
            json.writeNumberField("attempt", decision.snapshot().id().attempt());
            json.writeNumberField("bytes", decision.snapshot().bytes());
            json.writeBooleanField("keep", decision.keep());
            json.writeStringField("reason", decision.reason());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
