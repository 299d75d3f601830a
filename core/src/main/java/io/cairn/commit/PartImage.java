// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Compression;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
import io.cairn.staging.CompressionPlan;
import io.cairn.staging.StagedState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A part before it is written: the staged bytes and what its manifest says.
 *
 * @param name which part
 * @param progress the position
 * @param time when it was captured
 * @param metrics the metrics at that position
 * @param fingerprint the training's
 * @param resumedFrom the snapshot this attempt resumed from
 * @param plan how to compress the data; empty if not at all
 * @param state the bytes
 */
public record PartImage(
    PartName name,
    Progress progress,
    Instant time,
    Map<String, Double> metrics,
    Fingerprint fingerprint,
    Optional<SnapshotId> resumedFrom,
    Optional<CompressionPlan> plan,
    StagedState state) {

  /** The same, compressed. */
  public PartImage compressed(CompressionPlan how) {
    return new PartImage(
        name, progress, time, metrics, fingerprint, resumedFrom, Optional.of(how), state);
  }

  Compression compression() {
    return plan.isPresent() ? Compression.ZSTD : Compression.NONE;
  }
}
