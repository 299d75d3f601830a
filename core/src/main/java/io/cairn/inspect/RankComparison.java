// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.format.Manifest;
import io.cairn.format.SectionHeader;
import io.cairn.inspect.Finding.Kind;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether the parts of one snapshot fit together. */
final class RankComparison {
  private RankComparison() {}

  /** Parts of one snapshot were taken at one moment of one attempt. */
  static List<Finding> moments(List<Manifest> manifests) {
    List<Finding> findings = new ArrayList<>();
    for (Manifest other : manifests) {
      try {
        manifests.get(0).requireSameMoment(other);
      } catch (CorruptSnapshotException e) {
        findings.add(new Finding(Kind.DAMAGE, "", e.getMessage()));
      }
    }
    return findings;
  }

  /** What should be the same on all ranks, is. */
  static List<Finding> states(List<PartCheck.Result> parts) {
    List<Finding> findings = new ArrayList<>(fingerprints(parts));
    Map<String, PartCheck.Result> firstWith = new HashMap<>();
    for (PartCheck.Result part : parts) {
      part.content()
          .ifPresent(
              content ->
                  content
                      .header()
                      .sections()
                      .forEach(
                          (section, header) -> {
                            PartCheck.Result first = firstWith.putIfAbsent(section, part);
                            if (first != null) {
                              compare(section, first, part, findings);
                            }
                          }));
    }
    return findings;
  }

  private static List<Finding> fingerprints(List<PartCheck.Result> parts) {
    List<Manifest> manifests = parts.stream().flatMap(part -> part.manifest().stream()).toList();
    List<Finding> findings = new ArrayList<>();
    for (Manifest other : manifests) {
      Fingerprint first = manifests.get(0).fingerprint();
      if (!first.identity().equals(other.fingerprint().identity())) {
        findings.add(
            disagreement(
                "Parts %d and %d are of different trainings: %s and %s"
                    .formatted(
                        manifests.get(0).part(),
                        other.part(),
                        first.identity(),
                        other.fingerprint().identity())));
      }
    }
    return findings;
  }

  private static void compare(
      String section, PartCheck.Result a, PartCheck.Result b, List<Finding> findings) {
    SectionHeader first = a.content().orElseThrow().header().sections().get(section);
    SectionHeader other = b.content().orElseThrow().header().sections().get(section);
    String where =
        "Section '%s' of parts %d and %d".formatted(section, a.name().part(), b.name().part());
    if (first.sameOnAllRanks() != other.sameOnAllRanks()) {
      findings.add(disagreement(where + " is the same on all ranks by one, and not by the other"));
    } else if (first.sameOnAllRanks() && !digests(first).equals(digests(other))) {
      findings.add(disagreement(where + " should be the same on all ranks, but differs"));
    }
  }

  private static SortedMap<String, String> digests(SectionHeader section) {
    SortedMap<String, String> digests = new TreeMap<>();
    section
        .tensors()
        .forEach((name, t) -> digests.put(name, t.spec().typeAndShape() + " " + t.digest()));
    section.values().forEach((name, text) -> digests.put("value " + name, text));
    return digests;
  }

  private static Finding disagreement(String message) {
    return new Finding(Kind.DISAGREEMENT, "", message);
  }
}
