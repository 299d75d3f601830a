// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.store.UploadState;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A snapshot as its names and manifests tell it; its data was not read.
 *
 * @param run the run it belongs to
 * @param id which snapshot
 * @param parts how many parts it has when it is complete
 * @param status whether it may be used, as far as names, sizes and manifests tell
 * @param problem why not, in one line; empty if it is complete
 * @param details what its manifests say; empty if none can be read
 * @param files its files that are there, with their sizes
 * @param upload how far its upload is: uploaded only if all its files are
 */
public record SnapshotListing(
    RunName run,
    SnapshotId id,
    int parts,
    Status status,
    String problem,
    Optional<SnapshotDetails> details,
    SortedMap<String, Long> files,
    UploadState upload) {

  /** Whether a snapshot may be used. */
  public enum Status {
    /** All parts are there. */
    COMPLETE,
    /** Parts are missing: never finished, or not arrived. */
    INCOMPLETE,
    /** A manifest could not be read, such as without permission; it may be sound. */
    UNREADABLE,
    /** A file is not what it was. */
    DAMAGED,
    /** A newer Cairn wrote it. */
    UNSUPPORTED
  }

  /**
   * Copies the files.
   *
   * @param run the run it belongs to
   * @param id which snapshot
   * @param parts how many parts it has when it is complete
   * @param status whether it may be used
   * @param problem why not
   * @param details what its manifests say
   * @param files its files
   * @param upload how far its upload is
   */
  public SnapshotListing {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * Whether all parts are there and nothing is known to be damaged.
   *
   * @return true if the status is complete
   */
  public boolean isComplete() {
    return status == Status.COMPLETE;
  }

  /**
   * The size of all its files.
   *
   * @return in bytes
   */
  public long bytes() {
    return files.values().stream().mapToLong(Long::longValue).sum();
  }
}
