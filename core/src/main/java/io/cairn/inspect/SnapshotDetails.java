// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.format.Manifest;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the manifest of a snapshot's first readable part says.
 *
 * @param progress the position
 * @param time when it was captured, by the clock of the machine that did
 * @param resumedFrom the snapshot its attempt started from
 * @param metrics the metrics then, by name
 * @param fingerprint what makes it compatible
 */
public record SnapshotDetails(
    Progress progress,
    Instant time,
    Optional<SnapshotId> resumedFrom,
    SortedMap<String, Double> metrics,
    Fingerprint fingerprint) {

  /**
   * Copies the metrics.
   *
   * @param progress the position
   * @param time when it was captured
   * @param resumedFrom the snapshot its attempt started from
   * @param metrics the metrics then
   * @param fingerprint what makes it compatible
   */
  public SnapshotDetails {
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  static SnapshotDetails of(Manifest manifest) {
    return new SnapshotDetails(
        manifest.progress(),
        manifest.time(),
        manifest.resumedFrom(),
        manifest.metrics(),
        manifest.fingerprint());
  }
}
