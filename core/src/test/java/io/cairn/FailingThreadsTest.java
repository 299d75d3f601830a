// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.commit.PartImage;
import io.cairn.commit.PartName;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.Rank;
import io.cairn.model.RunName;
import io.cairn.model.Sharing;
import io.cairn.model.SnapshotId;
import io.cairn.policy.FailurePolicy;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import io.cairn.staging.StagingBuffer;
import io.cairn.staging.StateCapture;
import io.cairn.store.LocalStore;
import io.cairn.store.ReadableFile;
import io.cairn.testkit.CrashDisk;
import io.cairn.testkit.FileSet;
import io.cairn.testkit.OtherDisk;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes wrong on the threads beside the training is no end of them. */
@Timeout(value = 60, unit = SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailingThreadsTest {
  private static final long MOST_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final CrashDisk disk = new CrashDisk();
  private final List<String> failures = new CopyOnWriteArrayList<>();

  /** There is not even memory to say so. */
  private static final class NoMemory extends OutOfMemoryError {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new OutOfMemoryError();
    }

    @Override
    public String toString() {
      throw new OutOfMemoryError();
    }
  }

  /** Memory runs out when the first file of a step is created, once. */
  private static final class Exhausting extends OtherDisk {
    private final String step;
    private boolean exhausted;

    Exhausting(CrashDisk disk, long step) {
      super(disk);
      this.step = "step-%012d".formatted(step);
    }

    @Override
    public OpenFile create(String name) throws IOException {
      if (!exhausted && name.contains(step)) {
        exhausted = true;
        throw new NoMemory();
      }
      return super.create(name);
    }
  }

  private CheckpointerBuilder builder() {
    return Checkpointer.builder()
        .environment(Map.of())
        .store(new LocalStore(disk))
        .run("bank")
        .whenBusy(WhenBusy.WAIT)
        .savePolicy(SavePolicy.everySteps(1))
        .retention(RetentionPolicy.keepAll());
  }

  private static List<Long> steps(CrashDisk disk) throws IOException {
    return FileSet.on(disk.neighbour()).names().stream()
        .filter(name -> name.endsWith(".json"))
        .map(name -> Long.parseLong(name.replaceAll(".*step-0*(\\d+)\\..*", "$1")))
        .toList();
  }

  @ParameterizedTest
  @EnumSource(WhenBusy.class)
  void theWriterGoesOnWhenThereWasNoMemoryToSayWhatFailed(WhenBusy rule) throws Exception {
    try (Checkpointer checkpointer =
        builder()
            .store(new LocalStore(new Exhausting(disk, 1)))
            .whenBusy(rule)
            .open(new LogisticRegression())) {
      checkpointer.afterStep(Progress.ofStep(1));
      await(() -> checkpointer.lastFailure().isPresent());
      assertThat(checkpointer.lastFailure())
          .map(Throwable::getMessage)
          .contains(
              "A snapshot could not be saved: the JVM had no memory left, not even to say where;"
                  + " raise -Xmx");
      long step = 1;
      while (steps(disk).isEmpty()) {
        checkpointer.afterStep(Progress.ofStep(++step));
      }
      await(() -> checkpointer.lastFailure().isEmpty());
      checkpointer.finish(Progress.ofStep(step + 1));
      assertThat(steps(disk)).contains(step + 1).doesNotContain(1L);
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - start).as("nanoseconds waited").isLessThan(MOST_NANOS);
      Thread.sleep(1);
    }
  }

  @Test
  void theUploaderGoesOnWithTheSamePart() throws Exception {
    CrashDisk other = new CrashDisk();
    try (Checkpointer checkpointer =
        builder().mirror(new LocalStore(new Exhausting(other, 2))).open(new LogisticRegression())) {
      for (long step = 1; step <= 4; step++) {
        checkpointer.afterStep(Progress.ofStep(step));
      }
      checkpointer.finish(Progress.ofStep(4));
    }
    assertThat(steps(other)).contains(4L);
  }

  @Test
  void anInterruptThatAListenerLeavesIsForgotten() throws Exception {
    CrashDisk other = new CrashDisk();
    CheckpointEvents interrupting =
        new CheckpointEvents() {
          @Override
          public void written(Written event) {
            Thread.currentThread().interrupt();
          }

          @Override
          public void committed(Committed event) {
            Thread.currentThread().interrupt();
          }

          @Override
          public void uploaded(Uploaded event) {
            Thread.currentThread().interrupt();
          }

          @Override
          public void failed(Failed event) {
            failures.add(event.toString());
          }

          @Override
          public void uploadFailed(IOException cause) {
            failures.add(cause.toString());
          }
        };
    try (Checkpointer checkpointer =
        builder()
            .store(new LocalStore(new Interruptible(disk)))
            .mirror(new LocalStore(new Interruptible(other)))
            .events(interrupting)
            .open(new LogisticRegression())) {
      for (long step = 1; step <= 4; step++) {
        checkpointer.afterStep(Progress.ofStep(step));
      }
      checkpointer.finish(Progress.ofStep(4));
    }
    assertThat(steps(disk)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(steps(other)).contains(4L);
    assertThat(failures).isEmpty();
  }

  @Test
  void retentionGoesOnAfterAnInterruptAndWithoutMemoryNoSaveIsLostByIt() throws Exception {
    boolean[] full = {true};
    CheckpointEvents interrupting =
        new CheckpointEvents() {
          @Override
          public void committed(Committed event) {
            Thread.currentThread().interrupt();
          }
        };
    LocalStore store =
        new LocalStore(
            new Interruptible(disk) {
              @Override
              public void delete(String name) throws IOException {
                if (full[0]) {
                  full[0] = false;
                  throw new NoMemory();
                }
                super.delete(name);
              }
            });
    try (Checkpointer checkpointer =
        builder()
            .store(store)
            .retention(RetentionPolicy.keepLast(1))
            .failurePolicy(FailurePolicy.strict())
            .events(interrupting)
            .open(new LogisticRegression())) {
      for (long step = 1; step <= 4; step++) {
        checkpointer.afterStep(Progress.ofStep(step));
      }
      checkpointer.finish(Progress.ofStep(4));
      assertThat(checkpointer.lastFailure()).isEmpty();
    }
    assertThat(full[0]).isFalse();
    assertThat(steps(disk)).containsExactly(4L);
  }

  /** As files are: of no use to a thread that was interrupted. */
  private static class Interruptible extends OtherDisk {
    Interruptible(CrashDisk disk) {
      super(disk);
    }

    @Override
    public OpenFile create(String name) throws IOException {
      requireNotInterrupted(name);
      return super.create(name);
    }

    @Override
    public ReadableFile open(String name) throws IOException {
      requireNotInterrupted(name);
      return super.open(name);
    }

    private static void requireNotInterrupted(String name) throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new IOException("interrupted before " + name);
      }
    }
  }

  @Test
  void anErrorEndsTheImageOrTheChoreAndNothingElse() throws Exception {
    List<Long> done = new ArrayList<>();
    BackgroundWriter writer =
        new BackgroundWriter(
            "writer",
            Thread.NORM_PRIORITY,
            image -> {
              done.add(image.name().id().step());
              throw new NoMemory();
            });
    writer.submitChore(
        () -> {
          throw new NoMemory();
        });
    for (long step = 1; step <= 3; step++) {
      writer.submit(image(step));
      writer.awaitIdle();
    }
    writer.close();

    assertThat(done).containsExactly(1L, 2L, 3L);
  }

  private static PartImage image(long step) throws IOException {
    return new PartImage(
        new PartName(new RunName("bank"), new SnapshotId(step, 1), 0, 1),
        Progress.ofStep(step),
        Instant.EPOCH,
        Map.of(),
        Fingerprint.NONE,
        Optional.empty(),
        Optional.empty(),
        new StateCapture(Rank.SINGLE, Sharing.SAME_ON_ALL_RANKS)
            .copyInto(new StagingBuffer(1 << 10)));
  }
}
