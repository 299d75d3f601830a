// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Remembers what this process has opened. A second training in it that goes on from the snapshots
 * of the first is hardly ever meant: the folds of a cross-validation would all be the first one.
 */
final class OpenedBefore {
  private static final Set<String> OPENED = ConcurrentHashMap.newKeySet();

  private OpenedBefore() {}

  /** Why that may be wrong, if it was opened before and goes on from what it finds. */
  static Optional<String> warning(Settings settings, Resume.Resumed resumed) {
    String run = "run '" + settings.run() + "' in " + settings.store();
    boolean first = OPENED.add(run + " as rank " + settings.rank());
    return first || resumed.from().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "This process has opened "
                + run
                + " before, and now goes on from snapshot "
                + resumed.from().get()
                + ". If this is another training (the next fold of a cross-validation, another"
                + " value in a search), give it a run name of its own: checkpoint_run, or run(...)"
                + " of the builder");
  }
}
