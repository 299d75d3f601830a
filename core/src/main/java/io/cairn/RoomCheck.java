// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.Catalog;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether the disk has room for what retention keeps, asked once the size of a snapshot is known.
 */
final class RoomCheck {
  private final Settings settings;

  RoomCheck(Settings settings) {
    this.settings = settings;
  }

  /**
   * What to say if it has not.
   *
   * @param bytes the size of one snapshot
   */
  Optional<String> warning(long bytes) throws IOException {
    OptionalLong most = settings.policies().retention().most();
    OptionalLong usable = settings.store().usableBytes();
    if (most.isEmpty() || usable.isEmpty()) {
      return Optional.empty();
    }
    int index = settings.rank().index();
    long present =
        Catalog.read(settings.store(), settings.run()).newestFirst().stream()
            .filter(candidate -> candidate.partCount() > index && candidate.hasManifest(index))
            .count();
    long more = most.getAsLong() + 1 - present; // one more is there while it is written
    if (more <= usable.getAsLong() / Math.max(1, bytes)) {
      return Optional.empty();
    }
    return Optional.of(
        settings.store()
            + " has room for "
            + usable.getAsLong()
            + " more bytes, but '"
            + settings.policies().retention()
            + "' needs "
            + more
            + " more snapshots of "
            + bytes
            + " bytes each, the one being written included: saves will fail. Keep fewer"
            + " (checkpoint_keep_last), compress them (checkpoint_compression), or give the machine"
            + " a larger volume (VolumeSizeInGB)");
  }
}
