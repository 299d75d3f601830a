// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The least that saving a state to a disk can cost a training, with nothing known of what is saved:
 * its thread copies as many bytes, another one writes as many past the page cache, forces them, and
 * drops the file before. Does nothing until it has memory.
 */
final class PlainSaves {
  private static final long PAGE_BYTES = 4096;

  private final Path folder;
  private List<ByteBuffer> from = List.of();
  private List<ByteBuffer> to = List.of();
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
  private boolean toDisk;
  private int everySteps;
  private int steps;
  private int files;

  PlainSaves(Path folder) {
    this.folder = folder;
  }

  /** Makes room for a state, and touches it. */
  void allocate(long stateBytes, int stepsBetweenSaves) {
    long bytes = (stateBytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    from = PlainFile.memory(bytes);
    to = PlainFile.memory(bytes);
    everySteps = stepsBetweenSaves;
  }

  /** Does not only copy. */
  void writeToDisk() {
    toDisk = true;
  }

  /** Saves if it is time. */
  void afterStep() {
    if (everySteps > 0 && ++steps % everySteps == 0) {
      written.join();
      for (int i = 0; i < from.size(); i++) {
        to.get(i).duplicate().put(from.get(i).duplicate());
      }
      written = toDisk ? CompletableFuture.runAsync(this::write) : written;
    }
  }

  private void write() {
    try {
      PlainFile.writeDirect(file(++files), to);
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
