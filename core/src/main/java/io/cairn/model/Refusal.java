// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * Why a snapshot that was found was not used. Its files stay where they are.
 *
 * @param id which snapshot
 * @param reason why, in one line
 * @param damaged whether a file is damaged; otherwise the snapshot was never finished, or has not
 *     arrived whole
 */
public record Refusal(SnapshotId id, String reason, boolean damaged) {

  @Override
  public String toString() {
    return id + ": " + reason;
  }
}
