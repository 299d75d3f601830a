// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import io.cairn.format.Manifest;
import io.cairn.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Reads snapshots whole and notes everything that is wrong. Agrees with what a training does at its
 * start: what is sound here is what it would resume from.
 */
public final class SnapshotChecker {
  private final Store store;
  private final boolean deep;
  private final int threads;
  private final LongConsumer progress;

  /**
   * A checker.
   *
   * @param store where the snapshots are
   * @param deep whether to check the digest of every tensor too, and to compare the ranks
   * @param threads how many parts to read at a time, at least 1
   * @param progress is told how many more bytes were read, by any of the threads
   */
  public SnapshotChecker(Store store, boolean deep, int threads, LongConsumer progress) {
    this.store = store;
    this.deep = deep;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Checks snapshots.
   *
   * @param snapshots which
   * @return what was found
   * @throws InterruptedException if the thread was interrupted
   */
  public CheckReport check(List<SnapshotListing> snapshots) throws InterruptedException {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<List<Future<PartCheck.Result>>> parts = new ArrayList<>();
      for (SnapshotListing snapshot : snapshots) {
        parts.add(submit(pool, snapshot));
      }
      List<SnapshotCheck> checks = new ArrayList<>();
      for (int i = 0; i < snapshots.size(); i++) {
        checks.add(check(snapshots.get(i), parts.set(i, List.of()))); // headers are large: let go
      }
      return new CheckReport(checks);
    } finally {
      pool.shutdownNow();
    }
  }

  private List<Future<PartCheck.Result>> submit(ExecutorService pool, SnapshotListing snapshot) {
    List<Future<PartCheck.Result>> parts = new ArrayList<>();
    for (int i = 0; i < snapshot.parts(); i++) {
      int part = i;
      parts.add(pool.submit(() -> new PartCheck(store, snapshot, part, deep, progress).run()));
    }
    return parts;
  }

  private SnapshotCheck check(SnapshotListing snapshot, List<Future<PartCheck.Result>> futures)
      throws InterruptedException {
    List<PartCheck.Result> parts = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    long bytes = 0;
    for (Future<PartCheck.Result> future : futures) {
      PartCheck.Result part = result(future);
      parts.add(part);
      findings.addAll(part.findings());
      bytes += part.bytesRead();
    }
    List<Manifest> manifests = parts.stream().flatMap(part -> part.manifest().stream()).toList();
    findings.addAll(RankComparison.moments(manifests));
    if (deep) {
      findings.addAll(RankComparison.states(parts));
    }
    return new SnapshotCheck(snapshot, bytes, findings);
  }

  private static PartCheck.Result result(Future<PartCheck.Result> future)
      throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A check must not throw", e.getCause());
    }
  }
}
