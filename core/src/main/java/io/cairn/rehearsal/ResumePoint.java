// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.model.SnapshotId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where an attempt went on.
 *
 * @param step how many steps it had not to train again; empty if nothing tells
 * @param snapshot the snapshot it loaded; empty if it began anew, or saved by other means than
 *     Cairn
 * @param evidence what tells
 */
public record ResumePoint(OptionalLong step, Optional<SnapshotId> snapshot, Evidence evidence) {

  /** What tells where an attempt went on. */
  public enum Evidence {
    /** The manifests of the snapshots it saved. */
    MANIFEST,
    /** A line of Cairn's log: it saved no snapshot. */
    LOG,
    /** The first step its own lines told. */
    STEPS,
    /** Its folder: it was empty. */
    FOLDER,
    /** Nothing. */
    NONE
  }

  static ResumePoint of(Optional<SnapshotId> snapshot, Evidence evidence) {
    long step = snapshot.map(SnapshotId::step).orElse(0L);
    return new ResumePoint(OptionalLong.of(step), snapshot, evidence);
  }

  static ResumePoint atStep(long step) {
    return new ResumePoint(OptionalLong.of(step), Optional.empty(), Evidence.STEPS);
  }

  static ResumePoint inEmptyFolder() {
    return of(Optional.empty(), Evidence.FOLDER);
  }

  static ResumePoint unknown() {
    return new ResumePoint(OptionalLong.empty(), Optional.empty(), Evidence.NONE);
  }

  /**
   * Whether it began anew.
   *
   * @return true if it is known that nothing was loaded
   */
  public boolean isBeginning() {
    return snapshot.isEmpty() && step.isPresent() && step.getAsLong() == 0;
  }

  /**
   * Whether anything tells.
   *
   * @return false if it is not known where the attempt went on
   */
  public boolean isKnown() {
    return step.isPresent();
  }

  @Override
  public String toString() {
    if (!isKnown()) {
      return "nothing tells from where";
    }
    if (isBeginning()) {
      return "from the beginning";
    }
    return "resumed from " + snapshot.map(Texts::id).orElseGet(() -> "step " + step.getAsLong());
  }
}
