// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.util.List;

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
   * Whether nothing is known but that it could not be read.
   *
   * @return true if there is no finding of another kind
   */
  public boolean isUnreadable() {
    return !isSound()
        && findings.stream().allMatch(finding -> finding.kind() == Finding.Kind.UNREADABLE);
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
