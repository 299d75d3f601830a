// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.SnapshotId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which snapshots are known to be in S3, since when, and which wait. Thread-safe. */
final class UploadLog implements CheckpointEvents {
  private final Clock clock;
  private final NavigableMap<SnapshotId, Instant> uploaded = new TreeMap<>();

  /** What this attempt committed, with the moment by {@link System#nanoTime}. */
  private final NavigableMap<SnapshotId, Long> committed = new TreeMap<>();

  /** What this training does not go on from: it would not outlive the machine, wherever it is. */
  private final Set<SnapshotId> refused = new HashSet<>();

  private long lastMoved = System.nanoTime();
  private boolean stallTold;

  UploadLog(Clock clock) {
    this.clock = clock;
  }

  /** A copy may be refused in one place and the other be used. */
  @Override
  public synchronized void restored(Restored event) {
    event.refusals().forEach(refusal -> refused.add(refusal.id()));
    event.from().ifPresent(refused::remove);
  }

  @Override
  public synchronized void committed(Committed event) {
    committed.put(event.id(), System.nanoTime());
  }

  @Override
  public synchronized void uploaded(Uploaded event) {
    found(event.id());
  }

  /** Gone from the folder, so nobody waits for it. */
  @Override
  public synchronized void swept(Swept event) {
    committed.keySet().removeAll(event.dropped());
    gone(event.dropped());
  }

  /** Retention removed them from S3. */
  synchronized void gone(Collection<SnapshotId> ids) {
    uploaded.keySet().removeAll(ids);
  }

  /** A snapshot is in S3, whoever brought it there. */
  synchronized void found(SnapshotId id) {
    if (!refused.contains(id)) {
      uploaded.putIfAbsent(id, clock.instant());
      moved();
    }
  }

  /** Something about the uploads changed: they do not stand still. */
  synchronized void moved() {
    lastMoved = System.nanoTime();
    stallTold = false;
  }

  synchronized boolean isUploaded(SnapshotId id) {
    return uploaded.containsKey(id);
  }

  /** How long ago a snapshot was committed; nothing if by an earlier attempt. */
  synchronized Duration sinceCommit(SnapshotId id) {
    long now = System.nanoTime();
    return Duration.ofNanos(now - committed.getOrDefault(id, now));
  }

  /** What there is to warn of, once until something moves. */
  synchronized Optional<UploadStalled> stalled(Duration limit) {
    NavigableMap<SnapshotId, Long> waiting = waiting();
    if (stallTold || waiting.isEmpty()) {
      return Optional.empty();
    }
    long now = System.nanoTime();
    long still = now - Math.max(lastMoved, waiting.firstEntry().getValue());
    if (still < limit.toNanos()) {
      return Optional.empty();
    }
    stallTold = true;
    return Optional.of(
        new UploadStalled(waiting.firstKey(), Duration.ofNanos(still), status().newest()));
  }

  /** A newer one in S3 makes up for those before it. */
  private NavigableMap<SnapshotId, Long> waiting() {
    return uploaded.isEmpty() ? committed : committed.tailMap(uploaded.lastKey(), false);
  }

  synchronized UploadStatus status() {
    return new UploadStatus(uploaded, waiting().navigableKeySet());
  }
}
