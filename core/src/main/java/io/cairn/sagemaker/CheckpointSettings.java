// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import io.cairn.model.RunName;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenDifferent;
import io.cairn.policy.WhenTerminated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the hyperparameters of a job say about its snapshots. What they leave open is empty and
 * takes its default elsewhere.
 *
 * @param run the run's name
 * @param localPath where snapshots go if the job has no checkpoint configuration
 * @param s3Uri where snapshots are uploaded to
 * @param s3KmsKey the key that encrypts them there
 * @param uploadBytesPerSecond how much may be uploaded in a second, at least 1
 * @param savePolicy when to save during the training; says nothing of the end and of requests
 * @param atEnd whether to save at the end, too, whatever the save policy is
 * @param retentionPolicy what to keep
 * @param failurePolicy when failed saves stop the training
 * @param whenBusy what to do when a snapshot is due while the previous one is being written
 * @param compression when data files are compressed
 * @param compressionThreads how many threads compress
 * @param threadPriority the priority of the threads that write and upload, from 1 to 10
 * @param copyThreads how many threads copy the state while the training waits
 * @param reuseFiles whether new files are written over dropped ones
 * @param stagingLimitBytes how many bytes a copied state may take, at least 1
 * @param rank which worker this is; only with a world size
 * @param worldSize how many workers there are
 * @param attempt which life of the training this is, from 1
 * @param whenTerminated what to do when the process is asked to end
 * @param grace how long the last save may take then, more than zero
 * @param exitStatus how the process exits if it takes longer
 * @param syncStall for how long nothing may reach S3 before that is warned of, more than zero
 * @param whenDifferent what to do when a snapshot was taken in another environment
 */
public record CheckpointSettings(
    Optional<RunName> run,
    Optional<Path> localPath,
    Optional<String> s3Uri,
    Optional<String> s3KmsKey,
    Optional<Long> uploadBytesPerSecond,
    Optional<SavePolicy> savePolicy,
    Optional<Boolean> atEnd,
    Optional<RetentionPolicy> retentionPolicy,
    Optional<FailurePolicy> failurePolicy,
    Optional<WhenBusy> whenBusy,
    Optional<CompressionPolicy> compression,
    OptionalInt compressionThreads,
    OptionalInt threadPriority,
    OptionalInt copyThreads,
    Optional<Boolean> reuseFiles,
    OptionalLong stagingLimitBytes,
    OptionalInt rank,
    OptionalInt worldSize,
    OptionalInt attempt,
    Optional<WhenTerminated> whenTerminated,
    Optional<Duration> grace,
    OptionalInt exitStatus,
    Optional<Duration> syncStall,
    Optional<WhenDifferent> whenDifferent) {

  /** The highest exit status of a process. */
  public static final int MAX_EXIT_STATUS = 255;

  /**
   * Where snapshots go.
   *
   * @param container what the container says
   * @param paths where its files are
   * @return the folder of the job's checkpoint configuration, else that of the hyperparameter, else
   *     the usual one
   */
  public Path folder(ContainerConfig container, ContainerPaths paths) {
    return container.checkpointFolder().or(this::localPath).orElseGet(paths::checkpoints);
  }
}
