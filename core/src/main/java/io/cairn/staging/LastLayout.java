// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

/**
 * Remembers how the last snapshot was laid out, for the next one, which is nearly always laid out
 * alike. One for all snapshots of a training; training thread only.
 */
public final class LastLayout {
  private StateLayout layout = StateLayout.NONE;

  /** Remembers nothing yet. */
  public LastLayout() {}

  StateLayout get() {
    return layout;
  }

  void set(StateLayout newest) {
    layout = newest;
  }
}
