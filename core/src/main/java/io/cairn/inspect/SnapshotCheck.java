// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What checking one snapshot found.
 *
 * @param snapshot the snapshot
 * @param bytesRead how much was read
 * @param findings what is wrong; empty if it is sound
 */
public record SnapshotCheck(SnapshotListing snapshot, long bytesRead, List<Finding> findings) {

  /**
   * Copies the list.
   *
   * @param snapshot the snapshot
   * @param bytesRead how much was read
   * @param findings what is wrong
   */
  public SnapshotCheck {
    findings = List.copyOf(findings);
  }

  /**
   * Whether a training could resume from it.
   *
   * @return true if nothing was found
   */
  public boolean isSound() {
    return findings.isEmpty();
  }

  /**
   * Whether it could not be read, and nothing that could be was wrong.
   *
   * @return true if no finding is worse
   */
  public boolean isUnreadable() {
    Set<Finding.Kind> kinds =
        findings.stream().map(Finding::kind).collect(Collectors.toCollection(TreeSet::new));
    return kinds.remove(Finding.Kind.UNREADABLE)
        && Set.of(Finding.Kind.INCOMPLETE).containsAll(kinds);
  }

  /**
   * Whether it is worse than incomplete.
   *
   * @return true if there is a finding of another kind
   */
  public boolean isDamaged() {
    return findings.stream().anyMatch(finding -> finding.kind() != Finding.Kind.INCOMPLETE);
  }
}
