// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.commit.Catalog;
import io.cairn.commit.PartCommit;
import io.cairn.commit.Sweeper;
import io.cairn.model.Agreement;
import io.cairn.model.CheckpointException;
import io.cairn.model.ConfigurationException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Reason;
import io.cairn.model.Refusal;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
import io.cairn.model.TrainingState;
import io.cairn.policy.Moment;
import io.cairn.policy.SaveHistory;
import io.cairn.policy.WhenTerminated;
import io.cairn.sagemaker.FailureFile;
import io.cairn.sagemaker.SyncMarkers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Saves the whole state of a training while it runs, and resumes it: opening loads the newest valid
 * snapshot into the state.
 *
 * <pre>{@code
 * try (Checkpointer checkpointer = Checkpointer.open(state)) {
 *   for (long step = checkpointer.resumedAt().step(); step < steps; ) {
 *     train(step++);
 *     checkpointer.afterStep(Progress.ofStep(step));
 *     if (checkpointer.isStopRequested()) {
 *       return;
 *     }
 *   }
 *   checkpointer.finish(Progress.ofStep(steps));
 * }
 * }</pre>
 *
 * <p><b>Threads:</b> all methods are called by one thread, the one that trains, but for {@link
 * #requestSnapshot}, {@link #requestStop}, {@link #isStopRequested}, {@link #lastFailure} and
 * {@link #uploadStatus}, which any thread may call.
 *
 * <p><b>Durability:</b> {@link #afterStep} returns when the state was copied; a snapshot is durable
 * when {@link CheckpointEvents#committed} was called, and at the latest when {@link #finish} or
 * {@link #close} returned. A process killed at any moment resumes from the newest durable snapshot.
 *
 * <p><b>S3:</b> with {@code checkpoint_s3_uri}, or a {@link CheckpointerBuilder#mirror}, what is
 * durable is uploaded in the background; {@link #finish} and {@link #close} wait for it, but not
 * longer than the grace period while uploads fail, or after SIGTERM.
 *
 * <p><b>Failures:</b> a save that fails does not stop the training unless the failure policy says
 * so; it is told to {@link CheckpointEvents#failed} and kept in {@link #lastFailure}.
 */
public final class Checkpointer implements AutoCloseable {
  private static final long NOTHING = 0;
  private static final long SAVE = 1;
  private static final long STOP = 2;

  private final Settings settings;
  private final Resume.Resumed resumed;
  private final Optional<Agreement> agreement;
  private final boolean writes;

  /** Ranks get the signal at different steps: only together can they take one more snapshot. */
  private final boolean mayTakeAtStop;

  private final StepMetrics stepMetrics;
  private final MetricCheck metricCheck;
  private final Failures failures;
  private final SnapshotTaker taker;
  private final Optional<Uploader> uploader;
  private final Optional<SyncWatch> syncWatch;
  private final AtomicBoolean snapshotRequested = new AtomicBoolean();
  private final StopSignal.Subscriber stopSubscriber = new StopSubscriber();
  private volatile boolean stopRequested;
  private volatile boolean stopHandled;
  private boolean closed;
  private SaveHistory history;
  private long lastTakenStep;

  /**
   * Opens with what the container says, and defaults.
   *
   * @param state the training, ready to train
   * @return the open checkpointer; the state was resumed if there was a snapshot
   * @throws CheckpointException if snapshots were found and none can be used; the subtypes say why
   * @throws ConfigurationException if settings are wrong; lists all of them
   */
  public static Checkpointer open(TrainingState state) throws CheckpointException {
    return builder().open(state);
  }

  /**
   * Starts setting up a checkpointer.
   *
   * @return a builder; what it is not told comes from hyperparameters, then from defaults
   */
  public static CheckpointerBuilder builder() {
    return new CheckpointerBuilder();
  }

  Checkpointer(Settings settings, TrainingState state) throws CheckpointException {
    this.settings = settings;
    int parts = state.sharing() == Sharing.OWN_SECTIONS ? settings.rank().worldSize() : 1;
    this.writes = parts > 1 || settings.rank().isLeader();
    this.agreement = parts > 1 ? settings.agreement() : Optional.empty();
    this.mayTakeAtStop = parts == 1 || agreement.isPresent();
    Fingerprint fingerprint = fingerprint(state, parts);
    Catalog catalog = list();
    Optional<Mirror> mirror = Mirror.of(settings);
    int attempt = new AttemptNumber(settings, writes, agreement).choose(catalog, mirror);
    tellOpened(catalog, attempt);
    // Ranks may share the folder: several copying to it would get in each other's way.
    if (settings.rank().worldSize() == 1 && mirror.isPresent()) {
      catalog = mirror.get().fetchNewer(catalog) ? list() : catalog;
    }
    this.resumed = new Resume(settings, state, fingerprint, parts, mirror).run(catalog);
    this.history = resumed.history();
    OpenedBefore.warning(settings, resumed).ifPresent(settings.events()::warned);
    this.stepMetrics = new StepMetrics(settings.events());
    this.metricCheck = new MetricCheck(settings, history);
    this.lastTakenStep = resumed.from().map(SnapshotId::step).orElse(-1L);
    this.failures = new Failures(settings.policies().failure(), settings.events());
    Optional<UploadQueue> queue = mirror.filter(second -> writes).map(m -> m.queue(parts));
    this.uploader = queue.map(q -> mirror.get().start(q, attempt, parts, resumed));
    Committer committer = committer(attempt, parts, queue);
    this.taker =
        new SnapshotTaker(
            settings, state, fingerprint, attempt, parts, resumed.from(), failures, committer);
    if (writes && parts == 1) { // others, who may start later, count attempts by what is there
      taker.tidyUp();
    }
    boolean follows = settings.surroundings().synced() && mirror.isEmpty();
    this.syncWatch =
        writes && (follows || mirror.isPresent())
            ? Optional.of(new SyncWatch(settings, parts, attempt, follows))
            : Optional.empty();
    if (settings.stopping().whenTerminated() == WhenTerminated.HANDLE) {
      StopSignal.subscribe(stopSubscriber);
    }
  }

  private static Fingerprint fingerprint(TrainingState state, int parts) {
    Fingerprint fingerprint = state.fingerprint();
    return parts == 1 ? fingerprint : fingerprint.toBuilder().identity("world size", parts).build();
  }

  private Catalog list() throws CheckpointException {
    try {
      return Catalog.read(settings.store(), settings.run());
    } catch (IOException e) {
      throw new CheckpointException(
          "Could not list " + settings.store() + " to look for snapshots: " + Reason.of(e), e);
    }
  }

  private void tellOpened(Catalog catalog, int attempt) {
    settings
        .events()
        .opened(
            new CheckpointEvents.Opened(
                settings.run(),
                settings.store().toString(),
                settings.rank(),
                settings.rankSource(),
                attempt,
                settings.policies().toString(),
                List.copyOf(catalog.otherRuns())));
    settings.surroundings().warnings().forEach(settings.events()::warned);
    if (settings.stopping().whenTerminated() == WhenTerminated.HANDLE) {
      ShellAbove.warning().ifPresent(settings.events()::warned);
    }
  }

  private Committer committer(int attempt, int parts, Optional<UploadQueue> queue) {
    Sweeper sweeper =
        new Sweeper(
            settings.store(),
            settings.run(),
            settings.owner(parts),
            attempt,
            settings.policies().retention(),
            queue.isPresent() ? queue.get() : new SyncMarkers(),
            resumed.refusals().stream().map(Refusal::id).collect(Collectors.toSet()));
    SafeEvents events = uploader.map(settings.events()::and).orElse(settings.events());
    return new Committer(
        settings.store(),
        new CompressionChooser(
            settings.policies().compression(), settings.threads().compressing(), settings.events()),
        new PartCommit(settings.store(), settings.threads().compressing()),
        sweeper,
        failures,
        events,
        settings.clock(),
        new RoomCheck(settings));
  }

  /**
   * Where the training goes on.
   *
   * @return the position of the snapshot that was loaded, or {@link Progress#START}
   */
  public Progress resumedAt() {
    return resumed.progress();
  }

  /**
   * The snapshot that was loaded.
   *
   * @return empty when the training starts from the beginning
   */
  public Optional<SnapshotId> resumedFrom() {
    return resumed.from();
  }

  /**
   * Whether the training was asked to stop, by SIGTERM or {@link #requestStop}. The training loop
   * should end; {@link #close} makes durable what was captured.
   *
   * @return true from the end of the first step after the signal on: not before its state was
   *     captured, if it can be, and with an {@link Agreement} on all ranks at the same step
   */
  public boolean isStopRequested() {
    return writes ? stopHandled : stopRequested;
  }

  /**
   * Why the latest save failed. Any thread.
   *
   * @return empty when it did not
   */
  public Optional<CheckpointException> lastFailure() {
    return failures.last();
  }

  /**
   * How far uploads to S3 are, whoever uploads: SageMaker's agent by its markers, or this
   * checkpointer itself. Any thread.
   *
   * @return empty lists if nobody uploads, or nothing is known
   */
  public UploadStatus uploadStatus() {
    return settings.uploads().status();
  }

  /** Asks for a snapshot at the end of the present step, if the save policy heeds requests. */
  public void requestSnapshot() {
    snapshotRequested.set(true);
  }

  /**
   * Asks the training to stop after the present step, as SIGTERM does: its state is captured
   * whatever the save policy says, and then {@link #isStopRequested} is true. (Ranks that save
   * state of their own and have no {@link Agreement} stop without: their parts would be of other
   * steps.) For trainings that learn by other ways that they have to end; nothing ends the process.
   * Any thread.
   */
  public void requestStop() {
    stopRequested = true;
  }

  /**
   * Tells that a step is complete. Copies the state if a snapshot is due.
   *
   * @param now the position after the step
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void afterStep(Progress now) throws CheckpointException {
    afterStep(now, Map.of());
  }

  /**
   * Tells that a step is complete, with metrics. Copies the state if a snapshot is due.
   *
   * @param now the position after the step
   * @param metrics metrics at this position, by name; one whose name cannot be written (1 to 508
   *     characters, no control characters) is left out with a warning
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void afterStep(Progress now, Map<String, Double> metrics) throws CheckpointException {
    at(now, metrics, false, false);
  }

  /**
   * Tells that an epoch is complete, with all that belongs to it (validation, learning-rate plans).
   * Copies the state if a snapshot is due and none was taken at this step.
   *
   * @param now the position: the epoch counted, batch 0
   * @param metrics metrics of the epoch, by name
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void afterEpoch(Progress now, Map<String, Double> metrics) throws CheckpointException {
    at(now, metrics, true, false);
  }

  /**
   * Tells that the training is complete. Saves if the policy says so, and waits until everything
   * captured is durable. If the policy bears that it is not, {@link #lastFailure} has the reason.
   *
   * @param now the last position
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void finish(Progress now) throws CheckpointException {
    finish(now, Map.of());
  }

  /**
   * Tells that the training is complete, with metrics. Saves if the policy says so, and waits until
   * everything captured is durable. If the policy bears that it is not, {@link #lastFailure} has
   * the reason.
   *
   * @param now the last position
   * @param metrics metrics at this position, by name
   * @throws CheckpointException if as many saves failed in a row as the failure policy bears
   */
  public void finish(Progress now, Map<String, Double> metrics) throws CheckpointException {
    at(now, metrics, false, true);
    taker.awaitWritten();
    uploader.ifPresent(all -> all.await(settings.stopping().grace()));
    throwIfFatal();
  }

  private void at(Progress now, Map<String, Double> metrics, boolean epochEnd, boolean last)
      throws CheckpointException {
    requireOpen();
    if (!writes) {
      return;
    }
    throwIfFatal();
    Moment moment =
        new Moment(
            now,
            epochEnd,
            last,
            snapshotRequested.getAndSet(false),
            settings.clock().instant(),
            stepMetrics.tell(now, metrics));
    metricCheck.warning(moment).ifPresent(settings.events()::warned);
    long agreed = onAll(wish(moment));
    boolean stopping = agreed == STOP;
    boolean due = agreed == SAVE || (stopping && mayTakeAtStop) || isDue(moment);
    history = history.after(moment, due);
    if (due) {
      take(moment, stopping || last || moment.requested(), stopping || last);
    }
    stopHandled |= stopping;
    if (stopping) {
      taker.awaitWritten(); // nobody asks afterwards whether it failed
    }
    throwIfFatal();
  }

  /** A step has one snapshot: names hold the step, and published files never change. */
  private void take(Moment moment, boolean urgent, boolean nothingFollows) {
    Progress now = moment.progress();
    if (now.step() != lastTakenStep || (nothingFollows && taker.mayRetry(now.step()))) {
      if (taker.take(moment, history, urgent)) {
        lastTakenStep = now.step();
      }
    } else if (moment.epochEnd()) {
      String reason = "a snapshot of this step was taken before its epoch ended";
      settings.events().skipped(new CheckpointEvents.Skipped(now, reason));
    }
  }

  /** The most that any rank wants is done by all. */
  private long wish(Moment moment) {
    if (stopRequested && !stopHandled) {
      return STOP;
    }
    return isDue(moment) ? SAVE : NOTHING;
  }

  private boolean isDue(Moment moment) {
    return settings.policies().save().shouldSave(moment, history);
  }

  private long onAll(long wish) {
    return agreement.map(all -> all.max(wish)).orElse(wish);
  }

  private void throwIfFatal() throws CheckpointException {
    Optional<CheckpointException> fatal = failures.fatal();
    if (fatal.isPresent()) {
      FailureFile.write(settings.container(), fatal.get().getMessage());
      throw fatal.get();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The checkpointer of run '" + settings.run() + "' is closed");
    }
  }

  /**
   * Finishes what was captured, and gives SIGTERM back unless it has arrived. Does not take another
   * snapshot.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        taker.close();
        uploader.ifPresent(this::close);
        syncWatch.ifPresent(SyncWatch::close);
      } finally {
        StopSignal.unsubscribe(stopSubscriber); // until then, the signal would end the process
      }
    }
  }

  private void close(Uploader uploads) {
    uploads.await(settings.stopping().grace());
    uploads.close();
  }

  private final class StopSubscriber implements StopSignal.Subscriber {
    private final AtomicBoolean signalled = new AtomicBoolean();
    private final AtomicBoolean announced = new AtomicBoolean();

    @Override
    public void stopRequested() {
      if (!signalled.getAndSet(true)) { // else opened at the very moment of the signal
        stopRequested = true;
        uploader.ifPresent(uploads -> uploads.stopRequested(settings.stopping().grace()));
      }
    }

    @Override
    public void announce() {
      if (!announced.getAndSet(true)) {
        settings.events().stopRequested(settings.stopping().grace());
      }
    }

    @Override
    public Duration grace() {
      return settings.stopping().grace();
    }

    @Override
    public int exitStatus() {
      return settings.stopping().exitStatus();
    }
  }
}
