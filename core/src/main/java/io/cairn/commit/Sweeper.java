// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.Manifest;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SnapshotFacts;
import io.cairn.store.Store;
import io.cairn.store.UploadState;
import io.cairn.store.UploadTracker;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Applies retention to the parts of one rank. Never drops the newest complete snapshot, nor the
 * newest known to be uploaded, nor anything whose upload is under way, nor what a restore refused,
 * nor what another attempt may still be writing. Used by one thread.
 */
public final class Sweeper {
  private final Store store;
  private final RunName run;
  private final Rank rank;
  private final int attempt;
  private final RetentionPolicy policy;
  private final UploadTracker uploads;
  private final Set<SnapshotId> refused;
  private final Map<PartName, SnapshotFacts> known = new HashMap<>();

  /**
   * A sweeper for what one rank wrote.
   *
   * @param attempt the present attempt
   * @param refused what the restore refused: left in place as evidence, and never counted as whole
   */
  public Sweeper(
      Store store,
      RunName run,
      Rank rank,
      int attempt,
      RetentionPolicy policy,
      UploadTracker uploads,
      Set<SnapshotId> refused) {
    this.store = store;
    this.run = run;
    this.rank = rank;
    this.attempt = attempt;
    this.policy = policy;
    this.uploads = uploads;
    this.refused = Set.copyOf(refused);
  }

  /**
   * What a sweep did.
   *
   * @param dropped snapshots of which this rank's part was removed, oldest first
   * @param postponed snapshots that wait for their upload
   * @param bytes how much was removed
   */
  public record Sweep(List<SnapshotId> dropped, List<SnapshotId> postponed, long bytes) {
    /** Whether nothing was there to do. */
    public boolean isEmpty() {
      return dropped.isEmpty() && postponed.isEmpty();
    }
  }

  /**
   * Removes temporary files that earlier attempts of this rank left behind.
   *
   * @throws IOException if the store fails
   */
  public void removeAbandoned() throws IOException {
    for (String name : store.abandoned()) {
      Optional<PartName> part = PartName.parse(name).map(PartName.File::part);
      if (part.isPresent() && isOwn(part.get()) && part.get().id().attempt() < attempt) {
        store.deleteAbandoned(name);
      }
    }
  }

  /**
   * Applies retention once.
   *
   * @throws IOException if the store fails; the next sweep goes on where this one stopped
   */
  public Sweep sweep(Instant now) throws IOException {
    Catalog catalog = Catalog.read(store, run);
    List<Candidate> own = new ArrayList<>();
    for (Candidate candidate : catalog.newestFirst()) {
      if (owns(candidate) && !refused.contains(candidate.id())) {
        own.add(candidate);
      }
    }
    Set<SnapshotId> keep = new HashSet<>(protectedIds(catalog));
    keep.addAll(policy.keep(facts(own, keep), now));
    SweepLog log = new SweepLog();
    for (int i = own.size() - 1; i >= 0; i--) {
      Candidate candidate = own.get(i);
      if (!keep.contains(candidate.id()) && mayDrop(candidate)) {
        drop(candidate, catalog, log);
      }
    }
    return new Sweep(log.dropped, log.postponed, log.bytes);
  }

  private boolean isOwn(PartName part) {
    return part.run().equals(run) && part.part() == rank.index();
  }

  /** State that is the same on all ranks is one part, and rank 0 its owner. */
  private boolean owns(Candidate candidate) {
    return rank.index() < candidate.partCount() && !ownFiles(candidate).isEmpty();
  }

  private List<String> ownFiles(Candidate candidate) {
    PartName own = candidate.part(rank.index());
    List<String> manifestFirst = new ArrayList<>();
    for (String name : candidate.files().keySet()) {
      PartName.File file = PartName.parse(name).orElseThrow();
      if (file.part().equals(own)) {
        manifestFirst.add(file.kind() == PartName.Kind.MANIFEST ? 0 : manifestFirst.size(), name);
      }
    }
    return manifestFirst;
  }

  /** An attempt above ours is somebody else's; a part of ours without manifest is being written. */
  private boolean mayDrop(Candidate candidate) {
    int theirs = candidate.id().attempt();
    return theirs < attempt || (theirs == attempt && candidate.hasManifest(rank.index()));
  }

  /**
   * What the policy decides about: what this attempt wrote, and what earlier ones completed. What
   * an earlier attempt left incomplete will never be complete, and is dropped.
   */
  private List<SnapshotFacts> facts(List<Candidate> own, Set<SnapshotId> unreadable) {
    List<SnapshotFacts> facts = new ArrayList<>();
    for (Candidate candidate : own) {
      PartName part = candidate.part(rank.index());
      boolean counts = candidate.id().attempt() >= attempt || candidate.isCompleteByNames();
      if (counts && candidate.hasManifest(part.part())) {
        try {
          facts.add(factsOf(part, candidate.files().get(part.manifest())));
        } catch (IOException e) {
          unreadable.add(candidate.id()); // damaged: evidence; or a passing fault: next time
        }
      }
    }
    return facts;
  }

  private SnapshotFacts factsOf(PartName part, long bytes) throws IOException {
    SnapshotFacts facts = known.get(part);
    if (facts == null) {
      Manifest manifest = Manifests.read(store, part, bytes);
      facts =
          new SnapshotFacts(
              manifest.id(), manifest.progress(), manifest.time(), manifest.metrics());
      known.put(part, facts);
    }
    return facts;
  }

  private Set<SnapshotId> protectedIds(Catalog catalog) {
    Set<SnapshotId> ids = new HashSet<>();
    Predicate<Candidate> complete = Candidate::isCompleteByNames;
    Predicate<Candidate> uploaded = candidate -> isUploaded(candidate, catalog);
    for (Predicate<Candidate> rule : List.of(complete, complete.and(uploaded), uploaded)) {
      catalog.newestFirst().stream()
          .filter(candidate -> !refused.contains(candidate.id()))
          .filter(rule)
          .findFirst()
          .ifPresent(candidate -> ids.add(candidate.id()));
    }
    return ids;
  }

  private boolean isUploaded(Candidate candidate, Catalog catalog) {
    return candidate.files().keySet().stream()
        .allMatch(name -> stateOf(name, catalog) == UploadState.UPLOADED);
  }

  private UploadState stateOf(String name, Catalog catalog) {
    return uploads.stateOf(name, catalog.allNames());
  }

  private void drop(Candidate candidate, Catalog catalog, SweepLog log) throws IOException {
    List<String> files = ownFiles(candidate);
    if (files.stream().anyMatch(name -> stateOf(name, catalog) == UploadState.UPLOADING)) {
      log.postponed.add(candidate.id());
      return;
    }
    for (String name : files) {
      store.delete(name);
      log.bytes += candidate.files().get(name);
    }
    known.remove(candidate.part(rank.index()));
    log.dropped.add(candidate.id());
  }

  private static final class SweepLog {
    private final List<SnapshotId> dropped = new ArrayList<>();
    private final List<SnapshotId> postponed = new ArrayList<>();
    private long bytes;
  }
}
