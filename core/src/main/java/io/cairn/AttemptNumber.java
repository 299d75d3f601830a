// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.Catalog;
import io.cairn.commit.SetAttempt;
import io.cairn.model.Agreement;
import io.cairn.model.CheckpointException;
import io.cairn.model.ConfigurationException;
import io.cairn.model.Reason;
import io.cairn.model.SnapshotId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the number of this attempt. Files never change, and no snapshot mixes two lives: each
 * needs a number of its own.
 *
 * @param writes whether this rank writes files at all
 * @param agreement how ranks that save state of their own agree, if they can
 */
record AttemptNumber(Settings settings, boolean writes, Optional<Agreement> agreement) {

  /**
   * Takes the number that was set, else one more than the highest seen, here or where snapshots are
   * uploaded to; with an agreement the highest that any rank takes.
   *
   * @throws ConfigurationException if the number that was set cannot be used
   */
  int choose(Catalog catalog, Optional<Mirror> mirror) throws CheckpointException {
    List<String> abandoned = abandoned();
    int highest = catalog.highestAttempt(abandoned);
    if (mirror.isPresent()) {
      highest = Math.max(highest, mirror.get().highestAttempt());
    }
    if (settings.attempt().isPresent()) {
      requireUsable(catalog, abandoned, mirror, highest);
    }
    int mine = settings.attempt().orElse(highest + 1);
    int agreed = (int) agreement.map(all -> all.max(mine)).orElse((long) mine).longValue();
    if (agreed > SnapshotId.MAX_ATTEMPT) {
      throw new CheckpointException(
          "Run '"
              + settings.run()
              + "' in "
              + settings.store()
              + " has files of attempt "
              + (agreed - 1)
              + ", the highest there can be; move them away or choose another run name"
              + " (checkpoint_run)");
    }
    return agreed;
  }

  private List<String> abandoned() throws CheckpointException {
    try {
      return settings.store().abandoned();
    } catch (IOException e) {
      throw new CheckpointException(
          "Could not list " + settings.store() + " to look for unfinished files: " + Reason.of(e),
          e);
    }
  }

  private void requireUsable(
      Catalog catalog, List<String> abandoned, Optional<Mirror> mirror, int highest) {
    SetAttempt wanted =
        new SetAttempt(settings.run(), settings.rank(), settings.attempt().orElseThrow());
    if (writes) {
      refuse(wanted.usedBefore(catalog, abandoned, settings.store()));
      mirror.ifPresent(
          second -> refuse(wanted.usedBefore(second.catalog(), List.of(), second.store())));
    }
    refuse(wanted.over(highest, settings.store()));
  }

  private static void refuse(Optional<String> reason) {
    if (reason.isPresent()) {
      throw new ConfigurationException(List.of(reason.get()));
    }
  }
}
