// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.CommitFailedException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TrainingState;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.SnapshotFacts;
import io.cairn.policy.WhenBusy;
import io.cairn.policy.WhenTerminated;
import io.cairn.store.LocalStore;
import io.cairn.store.PendingFile;
import io.cairn.store.Store;
import io.cairn.testkit.Tmpfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system that is full or read-only, and what the failure policies make of it. */
class FailingFolderTest {
  private static final int FITS = 4; // snapshots of two files, at least two pages each

  @TempDir Path base;
  private Path mount;
  private final List<CheckpointEvents.Failed> failures = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void folders() throws IOException {
    mount = Files.createDirectory(base.resolve("mount"));
    Files.createDirectory(base.resolve("output"));
  }

  private CheckpointerBuilder builder() {
    return Checkpointer.builder()
        .environment(Map.of())
        .baseFolder(base)
        .folder(mount)
        .whenBusy(WhenBusy.WAIT)
        .whenTerminated(WhenTerminated.IGNORE)
        .savePolicy(SavePolicy.everySteps(1))
        .retention(RetentionPolicy.keepAll())
        .events(
            new CheckpointEvents() {
              @Override
              public void failed(Failed event) {
                failures.add(event);
              }

              @Override
              public void warned(String warning) {
                warnings.add(warning);
              }
            });
  }

  private static LogisticRegression train(
      Checkpointer checkpointer, LogisticRegression training, int steps)
      throws CheckpointException {
    long from = checkpointer.resumedAt().step();
    for (long step = from + 1; step <= from + steps; step++) {
      training.train();
      checkpointer.afterStep(Progress.ofStep(step));
    }
    return training;
  }

  private static LogisticRegression trained(long steps) {
    LogisticRegression training = new LogisticRegression();
    for (long i = 0; i < steps; i++) {
      training.train();
    }
    return training;
  }

  private void assertNextStartResumesAt(SnapshotId id) throws CheckpointException {
    LogisticRegression resumed = new LogisticRegression();
    try (Checkpointer checkpointer = builder().open(resumed)) {
      assertThat(checkpointer.resumedFrom()).contains(id);
    }
    assertThat(resumed).hasToString(trained(id.step()).toString());
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(mount)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFullFileSystemIsSaidAndTheTrainingGoesOn() throws Exception {
    try (Tmpfs full = Tmpfs.mount(mount, 8 * FITS + "k")) {
      LogisticRegression training = new LogisticRegression();
      try (Checkpointer checkpointer =
          builder().failurePolicy(FailurePolicy.tolerate(100)).open(training)) {
        train(checkpointer, training, 10);
        checkpointer.finish(Progress.ofStep(10));
        assertThat(training).hasToString(trained(10).toString());
        assertThat(checkpointer.lastFailure()).isPresent();
      }
      assertThat(failures)
          .isNotEmpty()
          .allSatisfy(
              failed -> {
                assertThat(failed.cause())
                    .isInstanceOf(CommitFailedException.class)
                    .hasMessageContaining("Could not save snapshot part 'training.step-0000000000")
                    .hasMessageContaining(mount.toString())
                    .hasMessageContaining("No space left on device");
                assertThat(failed.cause().getSuppressed()).isEmpty();
              });
      assertThat(failures)
          .last()
          .extracting(CheckpointEvents.Failed::consecutive)
          .isEqualTo(failures.size());
      int good = files().size() / 2;
      assertThat(good).isEqualTo(10 - failures.size()).isBetween(1, FITS);
      assertThat(files()).hasSize(2 * good).noneMatch(name -> name.endsWith("ignore"));
      assertNextStartResumesAt(new SnapshotId(good, 1));
      assertThat(full).isNotNull();
    }
  }

  @Test
  void aDiskTooSmallForTheRetentionIsSaidOnce() throws Exception {
    try (Tmpfs small = Tmpfs.mount(mount, "400k")) {
      LogisticRegression training = new LogisticRegression();
      try (Checkpointer checkpointer =
          builder().retention(RetentionPolicy.keepLast(1000)).open(training)) {
        train(checkpointer, training, 3);
      }
      try (Checkpointer checkpointer =
          builder().retention(RetentionPolicy.keepLast(3)).open(training)) {
        train(checkpointer, training, 3);
      }
      assertThat(small).isNotNull();
    }
    assertThat(failures).isEmpty();
    assertThat(warnings)
        .filteredOn(warning -> warning.contains("has room for"))
        .singleElement()
        .asString()
        .matches(
            "\\Q"
                + mount
                + "\\E has room for [0-9]{6} more bytes, but 'keep last 1000' needs 1000 more"
                + " snapshots of 832 bytes each, the one being written included: saves will fail\\."
                + " Keep fewer \\(checkpoint_keep_last\\), compress them"
                + " \\(checkpoint_compression\\), or give the machine a larger volume"
                + " \\(VolumeSizeInGB\\)");
  }

  @Test
  void aReadOnlyFolderIsSaidAndTheTrainingGoesOn() throws Exception {
    try (Tmpfs disk = Tmpfs.mount(mount, "400k")) {
      LogisticRegression training = new LogisticRegression();
      try (Checkpointer checkpointer = builder().open(training)) {
        train(checkpointer, training, 2);
        checkpointer.finish(Progress.ofStep(2));
      }
      disk.makeReadOnly();
      LogisticRegression resumed = new LogisticRegression();
      try (Checkpointer checkpointer = builder().open(resumed)) {
        assertThat(checkpointer.resumedAt().step()).isEqualTo(2);
        train(checkpointer, resumed, 3);
        checkpointer.finish(Progress.ofStep(5));
      }
      assertThat(resumed).hasToString(trained(5).toString());
      assertThat(failures)
          .extracting(failed -> failed.cause().getMessage())
          .hasSizeGreaterThanOrEqualTo(3)
          .allMatch(message -> message.contains("Read-only file system"));
      assertThat(warnings)
          .contains(
              "Snapshots cannot be saved in %s: %s is not writable for this process. Mount it"
                      .formatted(mount, mount)
                  + " writable, run as a user who may write there, or choose another place"
                  + " (checkpoint_local_path)");
      assertNextStartResumesAt(new SnapshotId(2, 1));
    }
  }

  @Test
  void anInterruptIsNotTakenForDamage() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder().open(training)) {
      train(checkpointer, training, 2);
      checkpointer.finish(Progress.ofStep(2));
    }

    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> builder().open(new LogisticRegression()).close())
          .isExactlyInstanceOf(CheckpointException.class)
          .hasMessage(
              "The thread was interrupted while it read the snapshots of run 'training' in "
                  + mount
                  + "; nothing was loaded, and none of them is known to be damaged. Start again, or"
                  + " clear the interrupt before opening");
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      Thread.interrupted();
    }
    assertNextStartResumesAt(new SnapshotId(2, 1));
  }

  /** A volume that is not mounted, say: whatever is in it must not be begun anew. */
  @Test
  void aFolderThatIsALinkToNowhereEndsTheStart() throws Exception {
    Path link = Files.createSymbolicLink(base.resolve("link"), base.resolve("nowhere"));

    assertThatThrownBy(() -> builder().folder(link).open(new LogisticRegression()))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "Could not list %s to look for snapshots: %s: it is a link to '%s', which is not there. Put a folder there, or choose another place (checkpoint_local_path)"
                .formatted(link, link, base.resolve("nowhere")));
  }

  /** No file system needed: once it is open, a file takes the place of the folder's parent. */
  private Checkpointer openImpossible(CheckpointerBuilder builder, LogisticRegression training)
      throws IOException {
    Path place = base.resolve("place");
    Checkpointer checkpointer = builder.folder(place.resolve("checkpoints")).open(training);
    Files.writeString(place, "");
    return checkpointer;
  }

  @Test
  void theStrictPolicyStopsAtTheFirstFailure() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer =
        openImpossible(builder().failurePolicy(FailurePolicy.strict()), training)) {
      assertThatThrownBy(
              () -> {
                checkpointer.afterStep(Progress.ofStep(1));
                checkpointer.finish(Progress.ofStep(1));
              })
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(
              "Training stops: 1 snapshot could not be saved (stop at the first failure). The last"
                  + " one: Could not save snapshot part 'training.step-000000000001");
    }
    assertThat(failures).hasSize(1);
    assertThat(base.resolve("output/failure"))
        .content()
        .startsWith("Training stops: 1 snapshot could not be saved");
  }

  @Test
  void theStrictPolicyHoldsForTheLastSaveBeforeAStop() throws Exception {
    LogisticRegression training = new LogisticRegression();
    Store slow =
        new OtherStore(LocalStore.in(mount)) {
          @Override
          public PendingFile create(String name) throws IOException {
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
            throw new IOException("no more room");
          }
        };
    try (Checkpointer checkpointer =
        builder().store(slow).failurePolicy(FailurePolicy.strict()).open(training)) {
      checkpointer.requestStop();
      assertThatThrownBy(() -> checkpointer.afterStep(Progress.ofStep(1)))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("Training stops: 1 snapshot could not be saved");
      assertThat(checkpointer.isStopRequested()).isTrue();
    }
    assertThat(base.resolve("output/failure")).exists();
  }

  @Test
  void anErrorOfTheStateIsAFailedSave() throws Exception {
    LogisticRegression training = new LogisticRegression();
    AtomicBoolean full = new AtomicBoolean(true);
    TrainingState state =
        new TrainingState() {
          @Override
          public Fingerprint fingerprint() {
            return training.fingerprint();
          }

          @Override
          public void capture(StateSink sink) {
            if (full.getAndSet(false)) {
              throw new InternalError("out of native memory");
            }
            training.capture(sink);
          }

          @Override
          public void restore(StateSource source) throws CheckpointException {
            training.restore(source);
          }
        };
    try (Checkpointer checkpointer = builder().open(state)) {
      checkpointer.afterStep(Progress.ofStep(1));
      checkpointer.afterStep(Progress.ofStep(2));
      checkpointer.finish(Progress.ofStep(2));
      assertThat(checkpointer.lastFailure()).isEmpty();
    }
    assertThat(failures)
        .singleElement()
        .extracting(event -> event.cause().getMessage())
        .asString()
        .startsWith("Could not capture the state at step 1")
        .endsWith("java.lang.InternalError: out of native memory");
    assertThat(files()).hasSize(2).allMatch(name -> name.contains("step-000000000002"));
  }

  @Test
  void aRetentionThatCannotSayHowMuchItKeepsFailsNoSave() throws Exception {
    RetentionPolicy broken =
        new RetentionPolicy() {
          @Override
          public Set<SnapshotId> keep(List<SnapshotFacts> snapshots, Instant now) {
            return Set.of();
          }

          @Override
          public OptionalLong most() {
            throw new IllegalStateException("no idea");
          }
        };
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = builder().retention(broken).open(training)) {
      train(checkpointer, training, 2);
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void theTenthFailureInARowStopsByDefault() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = openImpossible(builder(), training)) {
      assertThatThrownBy(() -> train(checkpointer, training, 100))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("Training stops: 10 snapshots in a row could not be saved")
          .hasMessageContaining("stop after 10 failures in a row");
    }
    assertThat(failures).extracting(CheckpointEvents.Failed::consecutive).endsWith(9, 10);
    assertThat(failures).hasSize(10);
    assertThat(base.resolve("output/failure")).content().contains("10 snapshots in a row");
  }

  @Test
  void aGoodSaveForgetsTheFailuresBeforeIt() throws Exception {
    LogisticRegression training = new LogisticRegression();
    try (Checkpointer checkpointer = openImpossible(builder(), training)) {
      train(checkpointer, training, 9);
      Files.delete(base.resolve("place"));
      checkpointer.afterStep(Progress.ofStep(20));
      checkpointer.finish(Progress.ofStep(20));
      assertThat(checkpointer.lastFailure()).isEmpty();
    }
    assertThat(failures).hasSizeBetween(8, 9);
    assertThat(base.resolve("output/failure")).doesNotExist();
  }
}
