// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.util.Locale;

/** What to do when a snapshot is due while the previous one is still being written. */
public enum WhenBusy {
  /** Leave the new one out; the training never waits, and saves when the next one is due. */
  SKIP,
  /** Hold the training until the previous one is written; none is left out. */
  WAIT,
  /**
   * Take the new one and let it wait; it takes the place of one that is waiting already. The
   * training never waits and the newest state wins, for the memory of one more snapshot.
   */
  REPLACE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
