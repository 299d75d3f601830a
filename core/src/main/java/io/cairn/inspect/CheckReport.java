// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.util.List;

/**
 * What checking several snapshots found.
 *
 * @param snapshots each snapshot, in the order asked for
 */
public record CheckReport(List<SnapshotCheck> snapshots) {

  /**
   * Copies the list.
   *
   * @param snapshots each snapshot
   */
  public CheckReport {
    snapshots = List.copyOf(snapshots);
  }

  /**
   * Whether every snapshot is sound or was merely never finished, and at least one is sound.
   *
   * @return true if a training would resume without a word about damage
   */
  public boolean isSound() {
    return snapshots.stream().noneMatch(SnapshotCheck::isDamaged)
        && snapshots.stream().anyMatch(SnapshotCheck::isSound);
  }
}
