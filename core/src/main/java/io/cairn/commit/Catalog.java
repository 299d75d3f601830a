// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.RunName;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a store holds of one run at one moment, by the names of its files alone. Immutable. */
public final class Catalog {
  private final List<Candidate> newestFirst;
  private final Set<String> allNames;
  private final SortedSet<String> otherRuns;

  private Catalog(List<Candidate> newestFirst, Set<String> allNames, SortedSet<String> otherRuns) {
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
    record Key(io.cairn.model.SnapshotId id, int parts) {}
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
    newestFirst.sort(
        Comparator.comparing(Candidate::id).thenComparing(Candidate::partCount).reversed());
    Set<String> names = files.stream().map(StoredFile::name).collect(Collectors.toSet());
    return new Catalog(newestFirst, names, otherRuns);
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

  /** The highest attempt of the run; 0 when there is none. */
  public int highestAttempt() {
    return newestFirst.stream().mapToInt(candidate -> candidate.id().attempt()).max().orElse(0);
  }
}
