// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.ConfigurationException;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.Sharing;
import io.cairn.policy.CompressionPolicy;
import io.cairn.policy.CopyThreads;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.WhenDifferent;
import io.cairn.policy.WhenTerminated;
import io.cairn.sagemaker.CheckpointSettings;
import io.cairn.sagemaker.ContainerConfig;
import io.cairn.sagemaker.ContainerPaths;
import io.cairn.sagemaker.DetectedRank;
import io.cairn.sagemaker.Hyperparameters;
import io.cairn.sagemaker.RankDetector;
import io.cairn.store.LocalStore;
import io.cairn.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds what holds: what the builder says, else the job's hyperparameters, else the default. */
final class SettingsResolver {
  private static final int DEFAULT_KEEP = 3;
  private static final int DEFAULT_FAILURES_BORNE = 9;

  /** SageMaker kills 120 s after SIGTERM. */
  private static final Duration DEFAULT_GRACE = Duration.ofSeconds(110);

  /** Longer than large snapshots take, shorter than anybody wants to train for nothing. */
  private static final Duration DEFAULT_SYNC_STALL = Duration.ofMinutes(10);

  /** Who asks for more asks for no limit; the nanoseconds of 300 years are no longer a long. */
  private static final Duration FOREVER = Duration.ofDays(36_500);

  private final CheckpointerBuilder said;
  private final ContainerPaths paths;
  private final List<String> problems = new ArrayList<>();
  private final ContainerConfig container;
  private final CheckpointSettings told;

  private SettingsResolver(CheckpointerBuilder said, ContainerPaths paths) {
    this.said = said;
    this.paths = paths;
    this.container = ContainerConfig.read(paths, said.environment, problems);
    this.told = Hyperparameters.read(container.hyperparameters(), problems);
  }

  /**
   * Reads the container's files and settles everything.
   *
   * @throws ConfigurationException if settings are wrong; lists all of them
   */
  static Settings resolve(CheckpointerBuilder said, ContainerPaths paths, Sharing sharing) {
    return new SettingsResolver(said, paths).resolve(sharing);
  }

  private Settings resolve(Sharing sharing) {
    DetectedRank worker = worker();
    boolean apart = sharing == Sharing.OWN_SECTIONS && worker.rank().worldSize() > 1;
    SaveDefaults saving = new SaveDefaults(apart, said.agreement.isPresent());
    Settings.Policies policies = policies(saving);
    problems.addAll(saving.problems(policies.save(), policies.whenBusy()));
    Optional<Store> mirror = mirror();
    Store store = store();
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    RunName run = said.run.or(told::run).orElse(said.defaultRun);
    UploadLog uploads = new UploadLog(said.clock);
    return new Settings(
        run,
        store,
        mirror,
        worker.rank(),
        worker.source(),
        said.attempt.or(() -> told.attempt().stream().boxed().findFirst()),
        policies,
        stopping(),
        threads(),
        bounded(said.syncStall.or(told::syncStall).orElse(DEFAULT_SYNC_STALL)),
        said.stagingLimitBytes.orElse(told.stagingLimitBytes().orElse(Long.MAX_VALUE)),
        said.agreement,
        events(run, uploads),
        uploads,
        Surroundings.of(container, told, store, said.store.isPresent(), mirror.isPresent())
            .and(saving.warning(policies.retention()))
            .and(savesNothing(worker, sharing)),
        paths,
        said.clock);
  }

  private Settings.Policies policies(SaveDefaults saving) {
    return new Settings.Policies(
        said.save.orElseGet(() -> saving.policy(told)),
        said.retention.or(told::retentionPolicy).orElse(RetentionPolicy.keepLast(DEFAULT_KEEP)),
        said.failure.or(told::failurePolicy).orElse(FailurePolicy.tolerate(DEFAULT_FAILURES_BORNE)),
        said.whenBusy.or(told::whenBusy).orElseGet(saving::whenBusy),
        said.whenDifferent.or(told::whenDifferent).orElse(WhenDifferent.WARN),
        said.compression.or(told::compression).orElse(CompressionPolicy.NONE));
  }

  private Settings.Stopping stopping() {
    return new Settings.Stopping(
        said.whenTerminated.or(told::whenTerminated).orElse(WhenTerminated.HANDLE),
        bounded(said.grace.or(told::grace).orElse(DEFAULT_GRACE)),
        said.exitStatus.orElse(told.exitStatus().orElse(StopSignal.TERMINATED)));
  }

  private Settings.Threads threads() {
    return new Settings.Threads(
        said.compressionThreads.orElse(told.compressionThreads().orElse(1)),
        said.copyThreads.orElse(told.copyThreads().orElseGet(CopyThreads::byDefault)),
        said.threadPriority.orElse(told.threadPriority().orElse(Thread.NORM_PRIORITY)));
  }

  private static Duration bounded(Duration time) {
    return time.compareTo(FOREVER) > 0 ? FOREVER : time;
  }

  private SafeEvents events(RunName run, UploadLog uploads) {
    List<CheckpointEvents> listeners = new ArrayList<>();
    listeners.add(uploads);
    listeners.add(new LoggingEvents(run));
    FlightRecording.events(run).ifPresent(listeners::add);
    listeners.addAll(said.events);
    return new SafeEvents(listeners);
  }

  private DetectedRank worker() {
    if (said.rank.isPresent()) {
      return new DetectedRank(said.rank.get(), "the builder");
    }
    try {
      OptionalInt index = told.rank();
      return new RankDetector(said.environment, container.resources())
          .detect(index, told.worldSize());
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
      return new DetectedRank(Rank.SINGLE, "nothing");
    }
  }

  /** A rank that code chose is no surprise. */
  private Optional<String> savesNothing(DetectedRank worker, Sharing sharing) {
    boolean leaves = sharing == Sharing.SAME_ON_ALL_RANKS && !worker.rank().isLeader();
    if (!leaves || said.rank.isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        "Rank "
            + worker.rank()
            + " (from "
            + worker.source()
            + ") saves nothing: what this training saves counts as the same on all ranks, so rank 0"
            + " saves it, and this rank, too, goes on from rank 0's snapshots. If the ranks train"
            + " different things, each needs a run of its own as rank 0 of 1, as by"
            + " Checkpointer.builder().rank(Rank.SINGLE).run(\"fold-1\")");
  }

  private Optional<Store> mirror() {
    Optional<String> uri = said.s3Uri.or(told::s3Uri);
    return said.mirror.or(() -> uri.flatMap(place -> S3Mirror.open(place, told, problems)));
  }

  private Store store() {
    Store chosen = said.store.orElseGet(() -> LocalStore.in(told.folder(container, paths)));
    if (!said.reuseFiles.or(told::reuseFiles).orElse(false)) {
      return chosen;
    }
    container.whyNoReuse().ifPresent(problems::add);
    if (chosen instanceof LocalStore local) {
      return local.reusing();
    }
    problems.add(
        "checkpoint_reuse_files is true, but snapshots are kept in "
            + chosen
            + ", and only files of a local folder can be written over; leave it out");
    return chosen;
  }
}
