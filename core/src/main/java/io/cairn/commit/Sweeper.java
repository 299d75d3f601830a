// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SnapshotFacts;
import io.cairn.store.Store;
import io.cairn.store.UploadTracker;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Applies retention to what one rank owns. Never drops the newest complete snapshot, nor the newest
 * known to be uploaded, nor anything whose upload is under way, nor what a restore refused, nor
 * what another attempt may still be writing. Before it deletes anything, all that it counts on is
 * forced to disk. Used by one thread.
 */
public final class Sweeper {
  /** One that all have begun, and the one before, which the slowest rank may still be writing. */
  private static final int AWAITING_KEPT = 2;

  private final Store store;
  private final Ownership ownership;
  private final int attempt;
  private final RetentionPolicy policy;
  private final UploadMemory uploads;
  private final Set<SnapshotId> refused;
  private final FactsReader reader;
  private int awaitingKept = AWAITING_KEPT;

  /** Parts of which a file was deleted, and another may be left. */
  private final Set<PartName> begun = new HashSet<>();

  /**
   * A sweeper for what one rank wrote.
   *
   * @param attempt the present attempt
   * @param refused what the restore refused: never counted as whole, and left in place as evidence
   *     if all its files are there
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
    this.ownership = new Ownership(run, rank);
    this.attempt = attempt;
    this.policy = policy;
    this.uploads = new UploadMemory(uploads);
    this.refused = Set.copyOf(refused);
    this.reader = new FactsReader(store);
  }

  /**
   * Also keeps all parts that are newer than the newest complete snapshot: for a place where all
   * ranks' parts are seen, but each rank brings its own when it can, however far behind.
   *
   * @return this
   */
  public Sweeper keepingAllAwaited() {
    awaitingKept = Integer.MAX_VALUE;
    return this;
  }

  /**
   * What a sweep did.
   *
   * @param dropped snapshots of which this rank's part was removed, oldest first
   * @param postponed snapshots that wait for their upload
   * @param bytes how much was removed
   * @param failures why something could not be removed; the next sweep tries again
   */
  public record Sweep(
      List<SnapshotId> dropped,
      List<SnapshotId> postponed,
      long bytes,
      List<IOException> failures) {
    /** Whether nothing was done, and nothing waits. */
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
      if (part.isPresent() && ownership.of(part.get()) && part.get().id().attempt() < attempt) {
        store.deleteAbandoned(name);
      }
    }
  }

  /**
   * Applies retention once.
   *
   * @throws IOException if the store fails before anything was deleted
   */
  public Sweep sweep(Instant now) throws IOException {
    Catalog catalog = Catalog.read(store, ownership.run());
    uploads.look(catalog);
    List<Candidate> own = catalog.newestFirst().stream().filter(this::mayOwn).toList();
    Set<SnapshotId> keep = new HashSet<>();
    List<SnapshotFacts> facts = facts(own, keep);
    keep.addAll(protectedIds(catalog, Set.copyOf(keep)));
    keep.addAll(policy.keep(facts, now));
    keep.addAll(awaitingOthers(own));
    List<Candidate> toDrop = new ArrayList<>();
    for (int i = own.size() - 1; i >= 0; i--) {
      Candidate candidate = own.get(i);
      if (!keep.contains(candidate.id()) && mayDrop(candidate) && !mayBeWhole(candidate, facts)) {
        toDrop.add(candidate);
      }
    }
    return drop(toDrop, catalog);
  }

  /**
   * The newest of this attempt's parts that wait for those of other ranks. A rank that trains in
   * step with the others writes its next part while the slowest still writes the one before: were
   * that one dropped, no snapshot would ever be complete again.
   */
  private List<SnapshotId> awaitingOthers(List<Candidate> ownNewestFirst) {
    return ownNewestFirst.stream()
        .takeWhile(candidate -> !candidate.isCompleteByNames())
        .filter(candidate -> candidate.id().attempt() >= attempt && ownership.isWholeIn(candidate))
        .limit(awaitingKept)
        .map(Candidate::id)
        .toList();
  }

  private boolean mayOwn(Candidate candidate) {
    return !isEvidence(candidate) && ownership.ofSomeOf(candidate);
  }

  private boolean isEvidence(Candidate candidate) {
    return refused.contains(candidate.id()) && candidate.isCompleteByNames();
  }

  /** An attempt above ours is somebody else's; a part of ours without manifest is being written. */
  private boolean mayDrop(Candidate candidate) {
    int theirs = candidate.id().attempt();
    PartName part = ownership.partOf(candidate);
    boolean written = candidate.hasManifest(part.part()) || begun.contains(part);
    return theirs < attempt || (theirs == attempt && written);
  }

  /**
   * Whether a whole part of an earlier attempt may belong to a snapshot that is complete elsewhere:
   * where every host has a folder of its own, parts of the others are not seen. It goes once this
   * attempt got further.
   */
  private boolean mayBeWhole(Candidate candidate, List<SnapshotFacts> facts) {
    return !candidate.isCompleteByNames()
        && ownership.isWholeIn(candidate)
        && candidate.id().attempt() < attempt
        && facts.stream().noneMatch(other -> other.id().compareTo(candidate.id()) > 0);
  }

  /**
   * What the policy decides about: what this attempt wrote, and what earlier ones completed.
   *
   * @param unreadable takes those whose manifest cannot be read: damaged, and so evidence; or by a
   *     passing fault, and next time it can
   */
  private List<SnapshotFacts> facts(List<Candidate> own, Set<SnapshotId> unreadable) {
    List<SnapshotFacts> facts = new ArrayList<>();
    for (Candidate candidate : own) {
      PartName part = ownership.partOf(candidate);
      boolean counts = candidate.id().attempt() >= attempt || candidate.isCompleteByNames();
      if (counts && candidate.hasManifest(part.part())) {
        try {
          facts.add(reader.of(part, candidate.files().get(part.manifest())));
        } catch (IOException e) {
          unreadable.add(candidate.id());
        }
      }
    }
    return facts;
  }

  /**
   * The newest complete one here, the newest complete one in S3, and the newest of which this
   * rank's part is in S3: where the other parts are cannot be seen if every host has its own
   * folder. What lay here at the start may be in S3 without a marker.
   */
  private Set<SnapshotId> protectedIds(Catalog catalog, Set<SnapshotId> unreadable) {
    Predicate<Candidate> complete = Candidate::isCompleteByNames;
    Predicate<Candidate> here =
        candidate ->
            uploads.isUploaderSeen() && candidate.id().attempt() < attempt && mayOwn(candidate);
    Predicate<Candidate> uploaded = candidate -> uploads.hold(candidate.files().keySet());
    List<Predicate<Candidate>> rules =
        List.of(
            complete,
            complete.and(uploaded),
            complete.and(here.or(uploaded)),
            candidate ->
                ownership.isWholeIn(candidate) && uploads.hold(ownership.files(candidate)));
    Set<SnapshotId> ids = new HashSet<>();
    for (Predicate<Candidate> rule : rules) {
      catalog.newestFirst().stream()
          .filter(candidate -> !isEvidence(candidate) && !unreadable.contains(candidate.id()))
          .filter(rule)
          .findFirst()
          .ifPresent(candidate -> ids.add(candidate.id()));
    }
    return ids;
  }

  /** Oldest first; one that cannot be deleted does not keep the others. */
  private Sweep drop(List<Candidate> oldestFirst, Catalog catalog) throws IOException {
    List<SnapshotId> dropped = new ArrayList<>();
    List<SnapshotId> postponed = new ArrayList<>();
    List<IOException> failures = new ArrayList<>();
    long bytes = 0;
    for (Candidate candidate : oldestFirst) {
      if (uploads.isUnderWay(ownership.files(candidate), catalog)) {
        postponed.add(candidate.id());
        continue;
      }
      if (dropped.isEmpty() && failures.isEmpty()) {
        store.force(); // what stays must not be lost by a crash that the deletion survives
      }
      try {
        bytes += delete(candidate);
        dropped.add(candidate.id());
      } catch (IOException e) {
        failures.add(e);
      }
    }
    return new Sweep(dropped, postponed, bytes, failures);
  }

  private long delete(Candidate candidate) throws IOException {
    PartName part = ownership.partOf(candidate);
    begun.add(part);
    long bytes = 0;
    for (String name : ownership.files(candidate)) {
      if (name.equals(part.manifest())) {
        store.delete(name);
      } else {
        store.retire(name);
      }
      bytes += candidate.files().get(name);
    }
    begun.remove(part);
    reader.forget(part);
    return bytes;
  }
}
