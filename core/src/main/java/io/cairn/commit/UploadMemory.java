// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.store.UploadState;
import io.cairn.store.UploadTracker;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * What was seen of uploads so far. Markers vanish; what was uploaded once stays so, as files never
 * change.
 */
final class UploadMemory {
  private final UploadTracker tracker;
  private final Set<String> uploaded = new HashSet<>();
  private boolean uploaderSeen;

  UploadMemory(UploadTracker tracker) {
    this.tracker = tracker;
  }

  /** Takes in a new listing, and forgets files that are gone. */
  void look(Catalog catalog) {
    Set<String> seen = new HashSet<>();
    for (Candidate candidate : catalog.newestFirst()) {
      for (String name : candidate.files().keySet()) {
        UploadState state = tracker.stateOf(name, catalog.allNames());
        uploaderSeen |= state != UploadState.UNKNOWN;
        if (state == UploadState.UPLOADED || uploaded.contains(name)) {
          seen.add(name);
        }
      }
    }
    uploaded.clear();
    uploaded.addAll(seen);
  }

  /** Whether somebody uploads the folder: then a deletion may be repeated in S3. */
  boolean isUploaderSeen() {
    return uploaderSeen;
  }

  /** Whether all these files were uploaded. */
  boolean hold(Collection<String> names) {
    return uploaded.containsAll(names);
  }

  /** Whether one of these files is being uploaded. */
  boolean isUnderWay(Collection<String> names, Catalog catalog) {
    return names.stream()
        .anyMatch(name -> tracker.stateOf(name, catalog.allNames()) == UploadState.UPLOADING);
  }
}
