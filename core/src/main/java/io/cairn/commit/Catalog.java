// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a store holds of one run at one moment, by the names of its files alone. Immutable. */
public final class Catalog {
  private final RunName run;
  private final List<Candidate> newestFirst;
  private final Set<String> allNames;
  private final SortedSet<String> otherRuns;

  private Catalog(
      RunName run, List<Candidate> newestFirst, Set<String> allNames, SortedSet<String> otherRuns) {
    this.run = run;
    this.newestFirst = newestFirst;
    this.allNames = allNames;
    this.otherRuns = otherRuns;
  }

  /**
   * Lists a store. Files that are not ours are ignored.
   *
   * @throws IOException if the store cannot be listed
   */
  public static Catalog read(Store store, RunName run) throws IOException {
    return of(store.list(), run);
  }

  /** What a listing holds of one run. */
  public static Catalog of(List<StoredFile> files, RunName run) {
    // Parts of two world sizes cannot make one snapshot, even at the same step of one attempt.
    record Key(SnapshotId id, int parts) {}
    Map<Key, Candidate> candidates = new HashMap<>();
    SortedSet<String> otherRuns = new TreeSet<>();
    for (StoredFile stored : files) {
      PartName.File file = PartName.parse(stored.name()).orElse(null);
      if (file == null) {
        continue;
      }
      PartName part = file.part();
      if (part.run().equals(run)) {
        candidates
            .computeIfAbsent(new Key(part.id(), part.parts()), key -> new Candidate(part))
            .add(file, stored.name(), stored.bytes());
      } else {
        otherRuns.add(part.run().value());
      }
    }
    List<Candidate> newestFirst = new ArrayList<>(candidates.values());
    newestFirst.sort(Candidate.OLDEST_FIRST.reversed());
    Set<String> names = files.stream().map(StoredFile::name).collect(Collectors.toSet());
    return new Catalog(run, newestFirst, names, otherRuns);
  }

  /** All snapshots of which any file is there. */
  public List<Candidate> newestFirst() {
    return newestFirst;
  }

  /** Every name in the store, ours or not. */
  Set<String> allNames() {
    return allNames;
  }

  /** Names of other runs whose files lie in the same place. */
  public SortedSet<String> otherRuns() {
    return otherRuns;
  }

  /**
   * The highest attempt of the run that left anything; 0 when there is none.
   *
   * @param abandoned the temporary files in the same store: an attempt that published nothing yet
   *     was one, too
   */
  public int highestAttempt(List<String> abandoned) {
    IntStream temporary = begun(abandoned).mapToInt(part -> part.id().attempt());
    IntStream published = newestFirst.stream().mapToInt(candidate -> candidate.id().attempt());
    return IntStream.concat(temporary, published).max().orElse(0);
  }

  /**
   * Whether a rank published anything in an attempt, or began to.
   *
   * @param abandoned the temporary files in the same store
   */
  public boolean hasFilesOf(Rank rank, int attempt, List<String> abandoned) {
    return begun(abandoned)
            .anyMatch(part -> part.id().attempt() == attempt && part.part() == rank.index())
        || newestFirst.stream()
            .filter(candidate -> candidate.id().attempt() == attempt)
            .anyMatch(candidate -> candidate.hasFileOf(rank.index()));
  }

  private Stream<PartName> begun(List<String> abandoned) {
    return abandoned.stream()
        .flatMap(name -> PartName.parse(name).stream())
        .map(PartName.File::part)
        .filter(part -> part.run().equals(run));
  }
}
