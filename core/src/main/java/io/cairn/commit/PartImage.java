// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.model.Compression;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
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
 * @param compression how to write the data
 * @param state the bytes
 */
public record PartImage(
    PartName name,
    Progress progress,
    Instant time,
    Map<String, Double> metrics,
    Fingerprint fingerprint,
    Optional<SnapshotId> resumedFrom,
    Compression compression,
    StagedState state) {}
