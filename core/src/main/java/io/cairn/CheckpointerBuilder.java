// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Agreement;
import io.cairn.model.CheckpointException;
import io.cairn.model.ConfigurationException;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.model.TrainingState;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.CopyThreads;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenDifferent;
import io.cairn.policy.WhenTerminated;
import io.cairn.sagemaker.CheckpointSettings;
import io.cairn.sagemaker.ContainerPaths;
import io.cairn.sagemaker.FailureFile;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Sets up a {@link Checkpointer}. What is set here wins over the job's {@code checkpoint_*}
 * hyperparameters, and those over the defaults. Mutable, for one thread; {@link #open} may be
 * called more than once.
 */
public final class CheckpointerBuilder implements Cloneable {
  // Read by SettingsResolver; what nobody set is empty.
  List<CheckpointEvents> events = new ArrayList<>();
  Optional<Path> baseFolder = Optional.empty();
  Optional<RunName> run = Optional.empty();
  RunName defaultRun = RunName.UNNAMED;
  Optional<Store> store = Optional.empty();
  Optional<Store> mirror = Optional.empty();
  Optional<String> s3Uri = Optional.empty();
  Optional<Rank> rank = Optional.empty();
  Optional<Integer> attempt = Optional.empty();
  Optional<SavePolicy> save = Optional.empty();
  Optional<RetentionPolicy> retention = Optional.empty();
  Optional<FailurePolicy> failure = Optional.empty();
  Optional<WhenBusy> whenBusy = Optional.empty();
  Optional<WhenDifferent> whenDifferent = Optional.empty();
  Optional<WhenTerminated> whenTerminated = Optional.empty();
  Optional<Duration> grace = Optional.empty();
  Optional<Integer> exitStatus = Optional.empty();
  Optional<Duration> syncStall = Optional.empty();
  Optional<CompressionPolicy> compression = Optional.empty();
  Optional<Boolean> reuseFiles = Optional.empty();
  OptionalInt compressionThreads = OptionalInt.empty();
  OptionalInt threadPriority = OptionalInt.empty();
  OptionalInt copyThreads = OptionalInt.empty();
  Optional<Long> stagingLimitBytes = Optional.empty();
  Optional<Agreement> agreement = Optional.empty();
  Map<String, String> environment = System.getenv();
  Clock clock = Clock.systemUTC();

  CheckpointerBuilder() {}

  /**
   * A builder that was told the same. For integrations, which add what they know and leave the
   * caller's builder as it is: it may be used for another training.
   *
   * @return the copy; what either is told from now on, the other does not know
   */
  public CheckpointerBuilder copy() {
    try {
      CheckpointerBuilder copy = (CheckpointerBuilder) super.clone();
      copy.events = new ArrayList<>(events);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("This class is Cloneable", e);
    }
  }

  /**
   * The container's base folder. Default: the environment variable {@code SAGEMAKER_BASE_DIR}, else
   * {@code /opt/ml}.
   *
   * @param folder holds {@code input/config}, {@code checkpoints} and {@code output}
   * @return this
   */
  public CheckpointerBuilder baseFolder(Path folder) {
    baseFolder = Optional.of(folder);
    return this;
  }

  /**
   * The name of the run, with which all its files begin. Two trainings in one folder need two
   * names. Default: {@code checkpoint_run}, else {@link #defaultRun}.
   *
   * @param name 1 to 63 letters, digits, {@code -} or {@code _}
   * @return this
   * @throws IllegalArgumentException if the name has another form
   */
  public CheckpointerBuilder run(String name) {
    run = Optional.of(new RunName(name));
    return this;
  }

  /**
   * The name of the run if nobody gives one; for integrations, which know the model's name.
   * Default: {@code training}.
   *
   * @param name any text; becomes a {@linkplain RunName#of name of a run}
   * @return this
   */
  public CheckpointerBuilder defaultRun(String name) {
    defaultRun = RunName.of(name);
    return this;
  }

  /**
   * The folder for snapshots. Default: what the job's checkpoint configuration says, else {@code
   * checkpoint_local_path}, else {@code checkpoints} in the base folder.
   *
   * @param folder the folder; created by the first snapshot
   * @return this
   */
  public CheckpointerBuilder folder(Path folder) {
    return store(LocalStore.in(folder));
  }

  /**
   * Another place for snapshots.
   *
   * @param place the store
   * @return this
   */
  public CheckpointerBuilder store(Store place) {
    store = Optional.of(place);
    return this;
  }

  /**
   * A prefix in S3 to which snapshots are uploaded in the background, and from which a newer one is
   * restored. Needs the AWS SDK for Java on the class path; {@code docs/S3.md} has the rest.
   * Default: {@code checkpoint_s3_uri}, else none.
   *
   * @param uri as in {@code s3://bucket/prefix}
   * @return this
   */
  public CheckpointerBuilder s3Uri(String uri) {
    s3Uri = Optional.of(uri);
    mirror = Optional.empty();
    return this;
  }

  /**
   * A second place to which snapshots are uploaded in the background, and from which a newer one is
   * restored: S3 with options of one's own, or a folder on another disk. Default: as {@link
   * #s3Uri}.
   *
   * @param place the store
   * @return this
   */
  public CheckpointerBuilder mirror(Store place) {
    mirror = Optional.of(place);
    return this;
  }

  /**
   * Which worker this is. Default: {@code checkpoint_rank} and {@code checkpoint_world_size}, else
   * the launcher's variables, else this host among the job's hosts, else 0 of 1.
   *
   * @param worker the rank
   * @return this
   */
  public CheckpointerBuilder rank(Rank worker) {
    rank = Optional.of(worker);
    return this;
  }

  /**
   * The number of this attempt. Default: {@code checkpoint_attempt}, else one more than the highest
   * seen. Ranks that save state of their own into one folder must agree on it: set it when they do
   * not start at the same time and have no {@link #agreement}.
   *
   * @param number from 1
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public CheckpointerBuilder attempt(int number) {
    attempt = Optional.of(new SnapshotId(0, number).attempt());
    return this;
  }

  /**
   * When to save. Default: by hyperparameters, else at the end of every epoch, every 5 minutes, on
   * request and at the end; if ranks save state of their own and cannot agree, at the end of every
   * epoch and at the end.
   *
   * @param policy the policy
   * @return this
   */
  public CheckpointerBuilder savePolicy(SavePolicy policy) {
    save = Optional.of(policy);
    return this;
  }

  /**
   * What to keep. Default: by hyperparameters, else the last 3.
   *
   * @param policy the policy
   * @return this
   */
  public CheckpointerBuilder retention(RetentionPolicy policy) {
    retention = Optional.of(policy);
    return this;
  }

  /**
   * What failed saves mean. Default: {@code checkpoint_failures}, else the training stops at the
   * 10th in a row.
   *
   * @param policy the policy
   * @return this
   */
  public CheckpointerBuilder failurePolicy(FailurePolicy policy) {
    failure = Optional.of(policy);
    return this;
  }

  /**
   * What to do when a snapshot is due while the one before is still being written. Default: {@code
   * checkpoint_when_busy}, else skip; if ranks save state of their own, wait.
   *
   * @param rule the rule
   * @return this
   */
  public CheckpointerBuilder whenBusy(WhenBusy rule) {
    whenBusy = Optional.of(rule);
    return this;
  }

  /**
   * What to do when the environment differs from the snapshot's, so that the resumed training may
   * not be bit-identical. Default: {@code checkpoint_on_difference}, else warn.
   *
   * @param rule the rule
   * @return this
   */
  public CheckpointerBuilder whenDifferent(WhenDifferent rule) {
    whenDifferent = Optional.of(rule);
    return this;
  }

  /**
   * Whether SIGTERM is handled. Default: {@code checkpoint_sigterm}, else handle.
   *
   * @param rule the rule
   * @return this
   */
  public CheckpointerBuilder whenTerminated(WhenTerminated rule) {
    whenTerminated = Optional.of(rule);
    return this;
  }

  /**
   * How long the process may go on after SIGTERM. Default: {@code checkpoint_grace}, else 110 s.
   *
   * @param time more than nothing
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public CheckpointerBuilder grace(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("grace needs more than 0, but is " + time);
    }
    grace = Optional.of(time);
    return this;
  }

  /**
   * The exit status if the process is still there when the grace period is over. SageMaker takes 0
   * for success. Default: {@code checkpoint_exit_status}, else 143, as of any process that SIGTERM
   * ended. A training that ends in time has whatever status its script gives it.
   *
   * @param status from 0 to 255
   * @return this
   * @throws IllegalArgumentException if it is out of range
   */
  public CheckpointerBuilder exitStatus(int status) {
    if (status < 0 || status > CheckpointSettings.MAX_EXIT_STATUS) {
      throw new IllegalArgumentException("exitStatus needs 0 to 255, but is " + status);
    }
    exitStatus = Optional.of(status);
    return this;
  }

  /**
   * For how long nothing may reach S3, while a snapshot waits, before {@link
   * CheckpointEvents#uploadStalled} tells. Default: {@code checkpoint_sync_stall}, else 10 minutes.
   *
   * @param time more than nothing
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public CheckpointerBuilder syncStall(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("syncStall needs more than 0, but is " + time);
    }
    syncStall = Optional.of(time);
    return this;
  }

  /**
   * Whether a new data file is written over one that retention dropped, where the disk has room for
   * both already: faster, but only for a folder that nobody else reads, such as SageMaker's sync
   * agent. Default: {@code checkpoint_reuse_files}, else not.
   *
   * @param reuses whether
   * @return this
   */
  public CheckpointerBuilder reuseFiles(boolean reuses) {
    reuseFiles = Optional.of(reuses);
    return this;
  }

  /**
   * When data files are compressed. Default: {@code checkpoint_compression}, else {@link
   * CompressionPolicy#NONE}: a processor is worth more to most trainings than a sixth of the disk.
   *
   * @param policy when
   * @return this
   */
  public CheckpointerBuilder compression(CompressionPolicy policy) {
    compression = Optional.of(policy);
    return this;
  }

  /**
   * How many threads compress. More take processors from the training. Default: {@code
   * checkpoint_compression_threads}, else 1.
   *
   * @param count how many
   * @return this
   * @throws IllegalArgumentException if it is less than 1 or more than {@value
   *     CompressionPolicy#MAX_THREADS}
   */
  public CheckpointerBuilder compressionThreads(int count) {
    if (count < 1 || count > CompressionPolicy.MAX_THREADS) {
      throw new IllegalArgumentException(
          "compressionThreads needs 1 to " + CompressionPolicy.MAX_THREADS + ", but is " + count);
    }
    compressionThreads = OptionalInt.of(count);
    return this;
  }

  /**
   * The priority of the threads that write, compress and upload. On Linux, HotSpot heeds it only if
   * it runs as root with {@code -XX:ThreadPriorityPolicy=1}. Default: {@code
   * checkpoint_thread_priority}, else {@link Thread#NORM_PRIORITY}.
   *
   * @param priority from {@link Thread#MIN_PRIORITY} to {@link Thread#MAX_PRIORITY}
   * @return this
   * @throws IllegalArgumentException if it is outside
   */
  public CheckpointerBuilder threadPriority(int priority) {
    if (priority < Thread.MIN_PRIORITY || priority > Thread.MAX_PRIORITY) {
      throw new IllegalArgumentException("threadPriority needs 1 to 10, but is " + priority);
    }
    threadPriority = OptionalInt.of(priority);
    return this;
  }

  /**
   * How many threads copy the state while the training waits, the training's own among them, for a
   * snapshot or out of one, and check a local snapshot before. With 1 no other thread touches a
   * tensor. Default: {@code checkpoint_copy_threads}, else as many as there are processors, up to
   * 8.
   *
   * @param count how many
   * @return this
   * @throws IllegalArgumentException if it is less than 1 or more than {@value CopyThreads#MAX}
   */
  public CheckpointerBuilder copyThreads(int count) {
    if (count < 1 || count > CopyThreads.MAX) {
      throw new IllegalArgumentException(
          "copyThreads needs 1 to " + CopyThreads.MAX + ", but is " + count);
    }
    copyThreads = OptionalInt.of(count);
    return this;
  }

  /**
   * The most memory one staged snapshot may take. Default: {@code checkpoint_staging_limit}, else
   * what the JVM gives ({@code -XX:MaxDirectMemorySize}).
   *
   * @param bytes more than 0
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public CheckpointerBuilder stagingLimitBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("stagingLimitBytes needs >= 1, but is " + bytes);
    }
    stagingLimitBytes = Optional.of(bytes);
    return this;
  }

  /**
   * A way for all ranks to agree. Default: none.
   *
   * @param way called on the training thread, equally often on every rank
   * @return this
   */
  public CheckpointerBuilder agreement(Agreement way) {
    agreement = Optional.of(way);
    return this;
  }

  /**
   * Tells one more listener what happens; log lines are written in any case.
   *
   * @param listener the listener
   * @return this
   */
  public CheckpointerBuilder events(CheckpointEvents listener) {
    events.add(listener);
    return this;
  }

  /**
   * The environment variables. Default: the process's.
   *
   * @param variables by name
   * @return this
   */
  CheckpointerBuilder environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
    return this;
  }

  CheckpointerBuilder clock(Clock time) {
    clock = time;
    return this;
  }

  /**
   * Resolves all settings, loads the newest valid snapshot into the state, and starts.
   *
   * @param state the training, ready to train
   * @return the open checkpointer
   * @throws ConfigurationException if settings are wrong; lists all of them
   * @throws CheckpointException if snapshots were found and none can be used; the subtypes say why
   */
  public Checkpointer open(TrainingState state) throws CheckpointException {
    ContainerPaths paths = ContainerPaths.locate(baseFolder, environment);
    try {
      return new Checkpointer(SettingsResolver.resolve(this, paths, state.sharing()), state);
    } catch (CheckpointException | ConfigurationException e) {
      FailureFile.write(paths, e.getMessage());
      throw e;
    }
  }
}
