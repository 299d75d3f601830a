// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import io.cairn.model.Rank;

/**
 * Which worker this is, and how that is known.
 *
 * @param rank the worker
 * @param source what said so, for the log
 */
public record DetectedRank(Rank rank, String source) {
  @Override
  public String toString() {
    return "rank " + rank + " (from " + source + ")";
  }
}
