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
    SavePolicy save,
    RetentionPolicy retention,
    FailurePolicy failure,
    WhenBusy whenBusy,
    WhenDifferent whenDifferent,
    WhenTerminated whenTerminated,
    Duration grace,
    int exitStatus,
    Duration syncStall,
    CompressionPolicy compression,
    int compressionThreads,
    int threadPriority,
    int copyThreads,
    long stagingLimitBytes,
    Optional<Agreement> agreement,
    SafeEvents events,
    UploadLog uploads,
    Surroundings surroundings,
    ContainerPaths container,
    Clock clock) {

  /** As who this rank owns files: one part belongs to one rank, however many train. */
  Rank owner(int parts) {
    return parts == 1 ? Rank.SINGLE : rank;
  }

  /** What a log line says of the policies. */
  String policies() {
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
