// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.SnapshotId;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A snapshot that may be complete, by the names in one listing. */
public final class Candidate {
  /** As snapshots are ordered; of one with two world sizes, the smaller first. */
  static final Comparator<Candidate> OLDEST_FIRST =
      Comparator.comparing(Candidate::id).thenComparing(Candidate::partCount);

  /** The most part numbers a message lists. */
  private static final int LISTED = 8;

  private final PartName first;
  private final SortedSet<Integer> manifests = new TreeSet<>();
  private final SortedSet<Integer> parts = new TreeSet<>();
  private final SortedMap<String, Long> sizes = new TreeMap<>();

  /** A snapshot of which some part of {@code name.parts()} was seen. */
  Candidate(PartName name) {
    this.first = name.sibling(0);
  }

  void add(PartName.File file, String fileName, long bytes) {
    sizes.put(fileName, bytes);
    if (file.kind() == PartName.Kind.MANIFEST) {
      manifests.add(file.part().part());
    } else {
      parts.add(file.part().part());
    }
  }

  /** Which snapshot. */
  public SnapshotId id() {
    return first.id();
  }

  /** How many parts it has by its names. */
  public int partCount() {
    return first.parts();
  }

  /** The name of a part, whether it is there or not. */
  public PartName part(int part) {
    return first.sibling(part);
  }

  /** Whether manifests and data of all parts are there, by name. */
  public boolean isCompleteByNames() {
    return manifests.size() == partCount() && parts.size() == partCount();
  }

  /** Whether the manifest of a part was listed. */
  public boolean hasManifest(int part) {
    return manifests.contains(part);
  }

  boolean hasData(int part) {
    return parts.contains(part);
  }

  boolean hasFileOf(int part) {
    return manifests.contains(part) || parts.contains(part);
  }

  /** The names of all its files that were listed, with their sizes. */
  public Map<String, Long> files() {
    return sizes;
  }

  /** As in {@code incomplete: 2 of 8 manifests are missing (part 3, 5)}. */
  public String whatIsMissing() {
    SortedSet<Integer> present = manifests.size() < partCount() ? manifests : parts;
    String what = present == manifests ? "manifests" : "data files";
    String missing =
        IntStream.range(0, partCount())
            .filter(part -> !present.contains(part))
            .limit(LISTED)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(", "));
    int count = partCount() - present.size();
    return "incomplete: "
        + count
        + " of "
        + partCount()
        + " "
        + what
        + " missing (part "
        + missing
        + (count > LISTED ? ", ..." : "")
        + ")";
  }
}
