// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Rank;
import io.cairn.model.RunName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which files are a rank's to delete: those of its own parts, and, if it is the first, those of
 * ranks that no longer exist; a training that goes on with fewer would keep them forever otherwise.
 */
record Ownership(RunName run, Rank rank) {

  boolean of(PartName part) {
    return part.run().equals(run) && of(part.part());
  }

  private boolean of(int part) {
    return part == rank.index() || (rank.isLeader() && part >= rank.worldSize());
  }

  /** The rank's own part of a snapshot, whether it is there or not. */
  PartName partOf(Candidate candidate) {
    return candidate.part(rank.index());
  }

  /** Whether some file of it is the rank's. */
  boolean ofSomeOf(Candidate candidate) {
    return IntStream.range(0, candidate.partCount())
        .anyMatch(part -> of(part) && candidate.hasFileOf(part));
  }

  /** Whether the rank's own part has both its files, by name. */
  boolean isWholeIn(Candidate candidate) {
    return candidate.hasManifest(rank.index()) && candidate.hasData(rank.index());
  }

  /** The names of all files of it that are the rank's, manifests first. */
  List<String> files(Candidate candidate) {
    List<String> manifestsFirst = new ArrayList<>();
    for (String name : candidate.files().keySet()) {
      PartName.File file = PartName.parse(name).orElseThrow();
      if (of(file.part().part())) {
        boolean first = file.kind() == PartName.Kind.MANIFEST;
        manifestsFirst.add(first ? 0 : manifestsFirst.size(), name);
      }
    }
    return manifestsFirst;
  }
}
