// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import io.cairn.model.Progress;
import io.cairn.store.LocalStore;
import io.cairn.store.PendingFile;
import io.cairn.store.Store;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A training that says where it is and stands there for a while, to be asked to end. */
final class TerminatedScript {
  private static final int STEPS = 1000;

  private TerminatedScript() {}

  /**
   * Trains.
   *
   * @param arguments base folder; where it takes its time, {@code opened}, {@code writing}, {@code
   *     validating}, {@code listening} (there its listener does, too), {@code closed} (then it
   *     trains once more) or {@code nowhere}; how many milliseconds
   */
  public static void main(String[] arguments) throws Exception {
    Path base = Path.of(arguments[0]);
    String where = arguments[1];
    long millis = Long.parseLong(arguments[2]);
    train(base, "training", where, millis);
    stand(where, "closed", millis);
    if (where.equals("closed")) {
      train(base, "second", where, millis);
    }
  }

  private static void train(Path base, String run, String where, long millis) throws Exception {
    LogisticRegression training = new LogisticRegression();
    Store folder = LocalStore.in(base.resolve("checkpoints"));
    try (Checkpointer checkpointer =
        Checkpointer.builder()
            .baseFolder(base)
            .run(run)
            .store(where.equals("writing") ? new SlowStore(folder, millis) : folder)
            .events(new SlowListener(where, millis))
            .open(training)) {
      stand(where, "opened", millis);
      for (long step = checkpointer.resumedAt().step(); step < STEPS; ) {
        training.train();
        checkpointer.afterStep(Progress.ofStep(++step));
        System.out.println("step " + step);
        if (checkpointer.isStopRequested()) {
          System.out.println("stopping");
          return;
        }
        Thread.sleep(20);
        if (step == 3) {
          synchronized (checkpointer) { // who needs it to end must not need this
            stand(where, "validating", millis);
            stand(where, "listening", millis);
          }
          checkpointer.afterEpoch(new Progress(3, 1, 0), Map.of());
        }
      }
    }
  }

  private static void stand(String where, String here, long millis) throws InterruptedException {
    if (where.equals(here)) {
      System.out.println(here);
      Thread.sleep(millis);
    }
  }

  /** Takes its time when it hears of the end. */
  private record SlowListener(String where, long millis) implements CheckpointEvents {

    @Override
    public void stopRequested(Duration grace) {
      try {
        stand(where, "listening", millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Takes its time for each data file after the first. */
  private static final class SlowStore extends OtherStore {
    private final long millis;

    SlowStore(Store folder, long millis) {
      super(folder);
      this.millis = millis;
    }

    @Override
    public PendingFile create(String name) throws IOException {
      PendingFile file = super.create(name);
      boolean slow = name.endsWith(".safetensors") && !name.contains("step-000000000001.");
      return new PendingFile() {
        @Override
        public void write(ByteBuffer source) throws IOException {
          file.write(source);
        }

        @Override
        public void publish() throws IOException {
          try {
            stand(slow ? "writing" : "", "writing", millis);
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          file.publish();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }
  }
}
