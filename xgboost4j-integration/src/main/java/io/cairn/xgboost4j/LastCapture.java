// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.CheckpointEvents;

/** Which round was copied last, by whatever policy. */
final class LastCapture implements CheckpointEvents {
  private long round = -1;

  @Override
  public void captured(Captured event) {
    round = event.progress().step();
  }

  boolean isOf(long other) {
    return round == other;
  }
}
