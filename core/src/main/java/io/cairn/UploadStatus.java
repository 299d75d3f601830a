// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far the uploads are: what would be left if the machine were lost now. Immutable.
 *
 * @param inS3Since this rank's snapshots that are known to be in S3, with the time since when that
 *     is known; not those that retention removed, nor those that the start refused
 * @param waiting snapshots of this attempt that are newer than all of those
 */
public record UploadStatus(
    SortedMap<SnapshotId, Instant> inS3Since, SortedSet<SnapshotId> waiting) {

  /**
   * Copies both.
   *
   * @param inS3Since what is known to be in S3
   * @param waiting what is not yet
   */
  public UploadStatus {
    inS3Since = Collections.unmodifiableSortedMap(new TreeMap<>(inS3Since));
    waiting = Collections.unmodifiableSortedSet(new TreeSet<>((Collection<SnapshotId>) waiting));
  }

  /**
   * The newest snapshot that outlives the machine.
   *
   * @return empty if none is known to be in S3
   */
  public Optional<SnapshotId> newest() {
    return inS3Since.isEmpty() ? Optional.empty() : Optional.of(inS3Since.lastKey());
  }

  /**
   * How long the newest has been there: about so much training would be lost with the machine.
   *
   * @param now the time
   * @return empty if none is known to be in S3
   */
  public Optional<Duration> age(Instant now) {
    return newest().map(id -> Duration.between(inS3Since.get(id), now));
  }
}
