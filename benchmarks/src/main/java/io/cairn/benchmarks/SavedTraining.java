// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.CheckpointEvents;
import io.cairn.Checkpointer;
import io.cairn.CheckpointerBuilder;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import io.cairn.model.TrainingState;
import io.cairn.policy.RetentionPolicy;
import io.cairn.policy.SavePolicy;
import io.cairn.policy.WhenBusy;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** A training that saves after every step, through the doorway that users have. */
final class SavedTraining implements AutoCloseable {
  private static final int POLL_MILLIS = 5;

  private final Semaphore written = new Semaphore(1);
  private final AtomicLong dropped = new AtomicLong();
  private final Checkpointer checkpointer;
  private final long start;
  private long step;

  SavedTraining(Path folder, TrainingState state, RetentionPolicy keep) throws CheckpointException {
    this(folder, state, keep, false);
  }

  SavedTraining(Path folder, TrainingState state, RetentionPolicy keep, boolean reuseFiles)
      throws CheckpointException {
    this.checkpointer =
        builder(folder)
            .savePolicy(SavePolicy.everySteps(1))
            .retention(keep)
            .reuseFiles(reuseFiles)
            .whenBusy(WhenBusy.WAIT)
            .events(new Told())
            .open(state);
    this.start = checkpointer.resumedAt().step();
    this.step = start;
  }

  /** Settings of this machine's, whatever the environment says. */
  static CheckpointerBuilder builder(Path folder) {
    return Checkpointer.builder().baseFolder(folder).folder(folder.resolve("checkpoints"));
  }

  /** Takes a snapshot; returns when the training may go on. */
  void step() throws CheckpointException, InterruptedException {
    written.acquire();
    checkpointer.afterStep(Progress.ofStep(++step));
  }

  /** Returns when the latest snapshot is durable. */
  void awaitWritten() throws InterruptedException {
    written.acquire();
    written.release();
  }

  /** Returns when all but the latest snapshot are dropped, too, and the disk is idle. */
  void awaitSwept() throws InterruptedException {
    awaitWritten();
    while (dropped.get() < step - start - 1) {
      Thread.sleep(POLL_MILLIS);
    }
    Folders.rest();
  }

  @Override
  public void close() {
    checkpointer.close();
  }

  private final class Told implements CheckpointEvents {
    @Override
    public void committed(Committed event) {
      written.release();
    }

    @Override
    public void swept(Swept event) {
      dropped.addAndGet(event.dropped().size());
    }

    @Override
    public void failed(Failed event) {
      throw new IllegalStateException("No speed can be told of saves that fail", event.cause());
    }
  }
}
