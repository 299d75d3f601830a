// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * Why a snapshot that was found was not used. Its files stay where they are.
 *
 * @param id which snapshot
 * @param reason why, in one line
 * @param damaged whether a file is damaged
 * @param unread whether a file could not be read, such as without permission: it may be whole. If
 *     neither, the snapshot was never finished, or has not arrived whole
 */
public record Refusal(SnapshotId id, String reason, boolean damaged, boolean unread) {

  /**
   * A refusal of what was read.
   *
   * @param id which snapshot
   * @param reason why, in one line
   * @param damaged whether a file is damaged
   */
  public Refusal(SnapshotId id, String reason, boolean damaged) {
    this(id, reason, damaged, false);
  }

  @Override
  public String toString() {
    return id + ": " + reason;
  }
}
