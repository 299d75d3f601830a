// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The least that saving a state to a disk can cost a training, with nothing known of what is saved:
 * its thread copies as many bytes, another one writes as many past the page cache, forces them, and
 * drops the file before. Does nothing until it has memory.
 */
final class PlainSaves extends TrainingListenerAdapter {
  private static final long PAGE_BYTES = 4096;

  private final Path folder;
  private final long everyNanos;
  private List<ByteBuffer> from = List.of();
  private List<ByteBuffer> to = List.of();
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
  private boolean toDisk;
  private long bytes;
  private long last;
  private int files;

  PlainSaves(Path folder, Duration every) {
    this.folder = folder;
    this.everyNanos = every.toNanos();
  }

  /** Makes room for a state, and touches it. */
  void allocate(long stateBytes) {
    bytes = (stateBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    from = PlainFile.memory(bytes);
    to = PlainFile.memory(bytes);
    last = System.nanoTime();
  }

  /** Does not only copy. */
  void writeToDisk() {
    toDisk = true;
  }

  @Override
  public void onTrainingBatch(Trainer trainer, TrainingListener.BatchData data) {
    if (bytes > 0 && System.nanoTime() - last >= everyNanos) {
      last = System.nanoTime();
      written.join();
      for (int i = 0; i < from.size(); i++) {
        to.get(i).duplicate().put(from.get(i).duplicate());
      }
      written = toDisk ? CompletableFuture.runAsync(this::write) : written;
    }
  }

  private void write() {
    try {
      PlainFile.write(file(++files), to, ExtendedOpenOption.DIRECT);
      Files.deleteIfExists(file(files - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(int number) {
    return folder.resolve("plain-" + number);
  }

  /** Returns when everything is on disk. */
  void await() {
    written.join();
  }
}
