// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import ai.djl.training.Trainer;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.listener.TrainingListenerAdapter;
import com.sun.nio.file.ExtendedOpenOption;
import io.cairn.format.DirectMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The least that saving a state to a disk can cost a training, with nothing known of what is saved:
 * its thread copies as many bytes, another one writes as many past the page cache, forces them, and
 * drops the file before. Does nothing until it has memory.
 */
final class PlainSaves extends TrainingListenerAdapter {
  private static final int BLOCK_BYTES = 8 << 20;
  private static final long PAGE_BYTES = 4096;

  private final Path folder;
  private final long everyNanos;
  private final List<ByteBuffer> from = new ArrayList<>();
  private final List<ByteBuffer> to = new ArrayList<>();
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
    for (long left = bytes; left > 0; left -= BLOCK_BYTES) {
      int size = (int) Math.min(BLOCK_BYTES, left);
      from.add(DirectMemory.allocate(size));
      to.add(DirectMemory.allocate(size));
    }
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
      ByteBuffer block = to.get(0).duplicate();
      PlainFile.write(file(++files), block, bytes, ExtendedOpenOption.DIRECT);
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
