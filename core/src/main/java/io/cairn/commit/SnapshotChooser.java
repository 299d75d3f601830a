// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Agreement;
import io.cairn.model.Refusal;
import io.cairn.model.SnapshotId;
import io.cairn.model.UnsupportedFormatException;
import io.cairn.staging.Copiers;
import io.cairn.store.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Walks back from the newest candidate until one is whole. Used once. */
public final class SnapshotChooser {
  private static final long NONE = -1;
  private static final long ATTEMPTS = SnapshotId.MAX_ATTEMPT + 1L;

  private final List<Choice> newestFirst = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final Copiers readers;
  private boolean unusableElsewhere;
  private int next;

  /**
   * Chooses among what a catalog holds.
   *
   * @param readers read and digest large files
   */
  public SnapshotChooser(Store store, Catalog catalog, Copiers readers) {
    this.readers = readers;
    alsoIn(store, catalog);
  }

  /** A candidate, and who can look at it. */
  private record Choice(Candidate candidate, SnapshotVerifier verifier) {
    static final Comparator<Choice> NEWEST_FIRST =
        Comparator.comparing(Choice::candidate, Candidate.OLDEST_FIRST).reversed();

    Verdict verify() throws UnsupportedFormatException {
      return verifier.verify(candidate);
    }
  }

  /** Also chooses among what another catalog holds; of two alike, the one added first. */
  public void alsoIn(Store store, Catalog catalog) {
    SnapshotVerifier verifier = new SnapshotVerifier(store, readers);
    for (Candidate candidate : catalog.newestFirst()) {
      newestFirst.add(new Choice(candidate, verifier));
    }
    newestFirst.sort(Choice.NEWEST_FIRST); // stable
  }

  /** Why newer candidates than the chosen one were refused, newest first. */
  public List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  /**
   * The newest snapshot that is whole.
   *
   * @throws UnsupportedFormatException if a newer version wrote a candidate
   */
  public Optional<VerifiedSnapshot> newest() throws UnsupportedFormatException {
    while (next < newestFirst.size()) {
      Verdict verdict = newestFirst.get(next++).verify();
      if (verdict instanceof Verdict.Valid valid) {
        return Optional.of(valid.snapshot());
      }
      refusals.add(((Verdict.Refused) verdict).refusal());
    }
    return Optional.empty();
  }

  /**
   * Whether ranks have no snapshot in common and one of the others, not this one, found some that
   * were damaged or could not be read. Then none of them may begin anew: that one will not.
   */
  public boolean isUnusableElsewhere() {
    return unusableElsewhere;
  }

  /**
   * The newest snapshot that is whole on every rank. All ranks offer their newest; the oldest offer
   * is tried by all; whoever does not have it goes on below it.
   *
   * @throws UnsupportedFormatException if a newer version wrote a candidate
   */
  public Optional<VerifiedSnapshot> newestOnAll(Agreement agreement)
      throws UnsupportedFormatException {
    Optional<VerifiedSnapshot> mine = newest();
    while (true) {
      long proposal = agreement.min(mine.map(snapshot -> number(snapshot.id())).orElse(NONE));
      if (proposal == NONE) {
        boolean unusable = refusals.stream().anyMatch(it -> it.isDamaged() || it.isUnread());
        unusableElsewhere = agreement.max(unusable ? 1 : 0) == 1 && !unusable;
        refuseAll(mine);
        return Optional.empty();
      }
      mine = skipAbove(mine, proposal);
      boolean have = mine.isPresent() && number(mine.get().id()) == proposal;
      if (agreement.min(have ? 1 : 0) == 1) {
        return mine;
      }
      mine = skipAbove(mine, proposal - 1);
    }
  }

  /** Some rank has nothing: whatever this one has is of no use, and stays where it is. */
  private void refuseAll(Optional<VerifiedSnapshot> mine) {
    mine.ifPresent(snapshot -> refusals.add(missedElsewhere(snapshot.id())));
    newestFirst.stream()
        .skip(next)
        .map(choice -> choice.candidate().id())
        .distinct()
        .forEach(id -> refusals.add(missedElsewhere(id)));
    next = newestFirst.size();
  }

  private static Refusal missedElsewhere(SnapshotId id) {
    return new Refusal(id, "another rank does not have it", Refusal.Kind.UNFINISHED);
  }

  private Optional<VerifiedSnapshot> skipAbove(Optional<VerifiedSnapshot> start, long bound)
      throws UnsupportedFormatException {
    Optional<VerifiedSnapshot> snapshot = start;
    while (snapshot.isPresent() && number(snapshot.get().id()) > bound) {
      refusals.add(missedElsewhere(snapshot.get().id()));
      snapshot = newest();
    }
    return snapshot;
  }

  /** Ordered as snapshots are. */
  private static long number(SnapshotId id) {
    return id.step() * ATTEMPTS + id.attempt();
  }
}
