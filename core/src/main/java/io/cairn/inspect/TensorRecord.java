// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

/**
 * One tensor in one snapshot of several.
 *
 * @param snapshot the snapshot
 * @param tensor the tensor
 * @param numbers what its numbers are like
 * @param update the norm of its change since the snapshot before; NaN if there is none to compare
 * @param relativeUpdate that change by the norm before; NaN if there is none to compare
 */
public record TensorRecord(
    SnapshotListing snapshot,
    TensorInfo tensor,
    TensorStatistics numbers,
    double update,
    double relativeUpdate) {}
