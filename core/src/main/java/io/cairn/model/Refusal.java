// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * Why a snapshot that was found was not used. Its files stay where they are.
 *
 * @param id which snapshot
 * @param reason why, in one line
 * @param kind what that means for it
 */
public record Refusal(SnapshotId id, String reason, Kind kind) {

  /** What a refusal means for the snapshot. */
  public enum Kind {
    /** It was never finished, or has not arrived whole, or not on every rank. */
    UNFINISHED,
    /** A file of it is damaged. */
    DAMAGED,
    /** A file of it could not be read, such as without permission: it may be whole. */
    UNREAD
  }

  /**
   * Whether a file is damaged.
   *
   * @return false if it is unfinished, or may be whole
   */
  public boolean isDamaged() {
    return kind == Kind.DAMAGED;
  }

  /**
   * Whether a file could not be read.
   *
   * @return true if it may be whole
   */
  public boolean isUnread() {
    return kind == Kind.UNREAD;
  }

  @Override
  public String toString() {
    return id + ": " + reason;
  }
}
