// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.CheckpointException;
import io.cairn.model.CommitFailedException;
import io.cairn.model.SnapshotId;
import io.cairn.policy.FailurePolicy;
import java.util.Optional;

/** Counts saves that failed in a row. Thread-safe. */
final class Failures {
  /** Made while there is memory. */
  private final CheckpointException noMemory =
      new CheckpointException(
          "A snapshot could not be saved: the JVM had no memory left, not even to say where;"
              + " raise -Xmx");

  private final FailurePolicy policy;
  private final CheckpointEvents events;
  private int consecutive;
  private CheckpointException last;
  private SnapshotId lastId;

  Failures(FailurePolicy policy, CheckpointEvents events) {
    this.policy = policy;
    this.events = events;
  }

  void failed(SnapshotId id, CheckpointException cause) {
    int count;
    synchronized (this) {
      last = cause;
      lastId = id;
      count = ++consecutive;
    }
    events.failed(new CheckpointEvents.Failed(id, cause, count));
  }

  /** Counts one of which nothing can be told. Allocates nothing. */
  synchronized void failedUntold(SnapshotId id) {
    if (last == null || !id.equals(lastId)) { // else it was counted before the memory ran out
      last = noMemory;
      lastId = id;
      consecutive++;
    }
  }

  synchronized void succeeded() {
    consecutive = 0;
    last = null;
  }

  /** Whether the latest save is of this snapshot, failed, and left nothing in its way. */
  synchronized boolean mayRetry(SnapshotId id) {
    return last instanceof CommitFailedException
        && id.equals(lastId)
        && last.getSuppressed().length == 0
        && !(last.getCause() instanceof Error);
  }

  /** Why the latest save failed; empty when it did not. */
  synchronized Optional<CheckpointException> last() {
    return Optional.ofNullable(last);
  }

  /** Why the training has to stop; empty when it may go on. */
  synchronized Optional<CheckpointException> fatal() {
    if (last == null || !policy.shouldStop(consecutive)) {
      return Optional.empty();
    }
    return Optional.of(
        new CheckpointException(
            "Training stops: "
                + consecutive
                + (consecutive == 1 ? " snapshot" : " snapshots in a row")
                + " could not be saved ("
                + policy
                + "). The last one: "
                + last.getMessage(),
            last));
  }
}
