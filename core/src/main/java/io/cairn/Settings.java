// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Agreement;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenDifferent;
import io.cairn.policy.WhenTerminated;
import io.cairn.sagemaker.ContainerPaths;
import io.cairn.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Everything a checkpointer was told, resolved: builder over hyperparameters over defaults. */
record Settings(
    RunName run,
    Store store,
    Optional<Store> mirror,
    Rank rank,
    String rankSource,
    Optional<Integer> attempt,
    Policies policies,
    Stopping stopping,
    Threads threads,
    Duration syncStall,
    long stagingLimitBytes,
    Optional<Agreement> agreement,
    SafeEvents events,
    UploadLog uploads,
    Surroundings surroundings,
    ContainerPaths container,
    Clock clock) {

  /** What is decided while the training runs, and how. */
  record Policies(
      SavePolicy save,
      RetentionPolicy retention,
      FailurePolicy failure,
      WhenBusy whenBusy,
      WhenDifferent whenDifferent,
      CompressionPolicy compression) {

    /** What a log line says of them. */
    @Override
    public String toString() {
      return "save "
          + save
          + "; "
          + retention
          + "; "
          + failure
          + "; when busy "
          + whenBusy
          + "; compression "
          + compression;
    }
  }

  /** What SIGTERM means. */
  record Stopping(WhenTerminated whenTerminated, Duration grace, int exitStatus) {}

  /** How many threads work beside the training, and the priority of those that write. */
  record Threads(int compressing, int copying, int priority) {}

  /** As who this rank owns files: one part belongs to one rank, however many train. */
  Rank owner(int parts) {
    return parts == 1 ? Rank.SINGLE : rank;
  }
}
