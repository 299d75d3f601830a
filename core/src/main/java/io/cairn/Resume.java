// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.Catalog;
import io.cairn.commit.OpenPart;
import io.cairn.commit.SnapshotChooser;
import io.cairn.commit.VerifiedSnapshot;
import io.cairn.format.Manifest;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.Progress;
import io.cairn.model.Reason;
import io.cairn.model.Refusal;
import io.cairn.model.SnapshotId;
import io.cairn.model.TrainingState;
import io.cairn.policy.SaveHistory;
import io.cairn.policy.WhenDifferent;
import io.cairn.staging.Copiers;
import io.cairn.staging.StateRestore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Lists, chooses, verifies and loads the snapshot to go on from. Used once, at open. */
final class Resume {
  private final Settings settings;
  private final TrainingState state;
  private final Fingerprint fingerprint;
  private final int parts;
  private final Optional<Mirror> mirror;

  Resume(
      Settings settings,
      TrainingState state,
      Fingerprint fingerprint,
      int parts,
      Optional<Mirror> mirror) {
    this.settings = settings;
    this.state = state;
    this.fingerprint = fingerprint;
    this.parts = parts;
    this.mirror = mirror;
  }

  /**
   * Where the training goes on.
   *
   * @param from the snapshot loaded
   * @param progress its position, or the start
   * @param history what was saved and seen before
   * @param refusals what was not used
   */
  record Resumed(
      Optional<SnapshotId> from, Progress progress, SaveHistory history, List<Refusal> refusals) {}

  Resumed run(Catalog catalog) throws CheckpointException {
    try (Copiers copiers = new Copiers(settings.threads().copying())) {
      return run(catalog, copiers);
    }
  }

  private Resumed run(Catalog catalog, Copiers copiers) throws CheckpointException {
    long start = System.nanoTime();
    SnapshotChooser chooser = new SnapshotChooser(settings.store(), catalog, copiers);
    mirror.ifPresent(second -> second.offer(chooser));
    Optional<VerifiedSnapshot> chosen =
        settings.agreement().isPresent()
            ? chooser.newestOnAll(settings.agreement().get())
            : chooser.newest();
    List<Refusal> refusals = chooser.refusals();
    requireNotInterrupted(refusals);
    if (chooser.isUnusableElsewhere()) {
      throw unusableElsewhere(refusals);
    }
    if (chosen.isEmpty()) {
      return fromTheBeginning(refusals, start);
    }
    VerifiedSnapshot snapshot = chosen.get();
    Manifest manifest = manifest(snapshot);
    List<String> environment = fingerprint.environmentDifferences(manifest.fingerprint());
    SaveHistory history = load(snapshot, manifest, environment, copiers);
    tell(
        Optional.of(snapshot.id()),
        manifest.progress(),
        snapshot.bytes(),
        start,
        refusals,
        environment);
    return new Resumed(Optional.of(snapshot.id()), manifest.progress(), history, refusals);
  }

  private String places() {
    return settings.store() + mirror.map(second -> " and " + second.store()).orElse("");
  }

  private CorruptSnapshotException unusableElsewhere(List<Refusal> refusals) {
    return new CorruptSnapshotException(
        "Another rank found snapshots of run '"
            + settings.run()
            + "' that are damaged or cannot be read, and no snapshot is whole on all ranks; alone,"
            + " rank "
            + settings.rank()
            + " does not train from the beginning. What it found in "
            + places()
            + ":"
            + (refusals.isEmpty() ? " nothing." : listed(refusals))
            + "\nThe messages of the other ranks say more. To train from the beginning, move the"
            + " snapshots away on all of them or choose another run name (checkpoint_run)");
  }

  private static String listed(List<Refusal> refusals) {
    return refusals.stream().map(r -> "\n  - " + r).collect(Collectors.joining());
  }

  /** An interrupted thread reads no file, which says nothing about the files. */
  private void requireNotInterrupted(List<Refusal> refusals) throws CheckpointException {
    if (Thread.currentThread().isInterrupted() && refusals.stream().anyMatch(Refusal::isUnread)) {
      throw new CheckpointException(
          "The thread was interrupted while it read the snapshots of run '"
              + settings.run()
              + "' in "
              + places()
              + "; nothing was loaded, and none of them is known to be damaged. Start again, or"
              + " clear the interrupt before opening");
    }
  }

  /** What could not be read may be the newest of all: it is not for us to begin without it. */
  private void requireAllRead(List<Refusal> refusals) throws CheckpointException {
    if (refusals.stream().anyMatch(Refusal::isUnread)) {
      throw new CheckpointException(
          "Could not read all of the "
              + refusals.size()
              + " snapshots of run '"
              + settings.run()
              + "' in "
              + places()
              + ", and the others cannot be used:"
              + listed(refusals)
              + "\nWhat could not be read may be whole: look at permissions, the network and the"
              + " disk, and start again");
    }
  }

  private Resumed fromTheBeginning(List<Refusal> refusals, long start) throws CheckpointException {
    requireAllRead(refusals);
    if (refusals.stream().anyMatch(Refusal::isDamaged)) {
      throw new CorruptSnapshotException(
          "None of the "
              + refusals.size()
              + " snapshots of run '"
              + settings.run()
              + "' in "
              + places()
              + " can be used:"
              + listed(refusals)
              + "\nTo train from the beginning, move them away or choose another run name"
              + " (checkpoint_run)");
    }
    tell(Optional.empty(), Progress.START, 0, start, refusals, List.of());
    SaveHistory history = SaveHistory.startedAt(settings.clock().instant());
    return new Resumed(Optional.empty(), Progress.START, history, refusals);
  }

  private void tell(
      Optional<SnapshotId> from,
      Progress progress,
      long bytes,
      long start,
      List<Refusal> refusals,
      List<String> environment) {
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    settings
        .events()
        .restored(
            new CheckpointEvents.Restored(from, progress, bytes, duration, refusals, environment));
  }

  private Manifest manifest(VerifiedSnapshot snapshot) throws IncompatibleSnapshotException {
    if (snapshot.partCount() != parts) {
      throw incompatible(
          snapshot,
          List.of(
              "parts: snapshot has "
                  + snapshot.partCount()
                  + ", this training needs "
                  + parts
                  + " (one for each rank that saves state of its own)"));
    }
    return snapshot.manifestFor(settings.rank());
  }

  private SaveHistory load(
      VerifiedSnapshot snapshot, Manifest manifest, List<String> environment, Copiers copiers)
      throws CheckpointException {
    List<String> differences =
        new ArrayList<>(fingerprint.identityDifferences(manifest.fingerprint()));
    if (settings.policies().whenDifferent() == WhenDifferent.REFUSE) {
      differences.addAll(environment);
    }
    try (OpenPart leader = snapshot.openLeaderPart();
        OpenPart own = snapshot.openPart(settings.rank(), leader)) {
      StateRestore restore = new StateRestore(copiers);
      restore.addShared(leader.part(), leader.source());
      restore.addOwn(own.part(), own.source());
      SaveHistory history = prepare(restore, manifest, differences);
      if (!differences.isEmpty()) {
        throw incompatible(snapshot, differences);
      }
      restore.apply();
      return history;
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException(
          "Could not load snapshot "
              + snapshot.id()
              + " from "
              + snapshot.store()
              + ": "
              + Reason.of(e),
          e);
    }
  }

  /** Asks the state where everything goes, and collects what does not fit. */
  private SaveHistory prepare(StateRestore restore, Manifest manifest, List<String> differences)
      throws CheckpointException {
    try {
      state.restore(restore);
      SaveHistory history =
          HistorySection.read(restore, manifest.progress(), settings.clock().instant());
      differences.addAll(restore.differences());
      return history;
    } catch (IncompatibleSnapshotException e) {
      differences.addAll(e.differences().isEmpty() ? List.of(e.getMessage()) : e.differences());
      differences.addAll(restore.differences());
      return SaveHistory.startedAt(settings.clock().instant());
    }
  }

  private IncompatibleSnapshotException incompatible(
      VerifiedSnapshot snapshot, List<String> differences) {
    return new IncompatibleSnapshotException(
        "Snapshot "
            + snapshot.id()
            + " of run '"
            + settings.run()
            + "' in "
            + snapshot.store()
            + " is whole, but was written by another training; nothing was changed. Resume with the"
            + " training that wrote it, or choose another run name (checkpoint_run). It differs in:",
        differences);
  }
}
