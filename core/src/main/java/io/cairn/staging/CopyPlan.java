// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.model.TensorMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is to be copied while the training waits, in pieces of about the same size: whoever is free
 * takes the next one. Training thread only.
 */
final class CopyPlan {
  /** Large beside what it costs to take a piece. */
  static final int LEAST_PIECE_BYTES = 1 << 20;

  /** How many pieces each thread has, so that all end at about the same time. */
  private static final int PIECES_A_THREAD = 16;

  /** Bytes of one tensor, or several whole ones. */
  @FunctionalInterface
  private interface Piece {
    void copyTo(StagingBuffer.View target);
  }

  private final Copiers copiers;
  private final int helpers;
  private final long pieceBytes;
  private final List<Piece> forTrainingThread = new ArrayList<>();
  private final List<Piece> forAnyThread = new ArrayList<>();

  /**
   * Plans nothing yet.
   *
   * @param bytes how much will be copied
   * @param copiers will copy it
   */
  CopyPlan(long bytes, Copiers copiers) {
    this.copiers = copiers;
    this.helpers = copiers.helpersToCopy(bytes);
    long timesLeast = bytes / LEAST_PIECE_BYTES / PIECES_A_THREAD / (helpers + 1);
    this.pieceBytes = Math.max(1, timesLeast) * LEAST_PIECE_BYTES;
  }

  /** Adds the tensors of a section, which may be many and small. */
  void add(SectionCapture section, SectionLayout layout) {
    int first = 0;
    long bytes = 0;
    for (int i = 0; i < section.size(); i++) {
      boolean fits =
          bytes + layout.byteSize(i) <= pieceBytes
              && section.memory(i).isConcurrent() == section.memory(first).isConcurrent();
      if (i > first && !fits) {
        addTensors(new Tensors(section, layout, first, i));
        first = i;
        bytes = 0;
      }
      bytes += layout.byteSize(i);
    }
    if (first < section.size()) {
      addTensors(new Tensors(section, layout, first, section.size()));
    }
  }

  private void addTensors(Tensors tensors) {
    TensorMemory memory = tensors.section().memory(tensors.first());
    long bytes = tensors.layout().byteSize(tensors.first());
    if (!memory.isConcurrent()) {
      forTrainingThread.add(tensors::copyTo);
    } else if (bytes <= pieceBytes) {
      forAnyThread.add(tensors::copyTo);
    } else {
      tensors.requireSize(tensors.first());
      addPieces(memory, tensors.layout().offset(tensors.first()), bytes);
    }
  }

  private void addPieces(TensorMemory memory, long start, long bytes) {
    for (long at = 0; at < bytes; at += pieceBytes) {
      long offset = at;
      long length = Math.min(pieceBytes, bytes - at);
      forAnyThread.add(target -> target.copy(memory, offset, start + offset, length));
    }
  }

  /** Whole tensors of a section, one behind the other as they were named. */
  private record Tensors(SectionCapture section, SectionLayout layout, int first, int end) {

    void copyTo(StagingBuffer.View target) {
      for (int i = first; i < end; i++) {
        requireSize(i);
        target.copy(section.memory(i), 0, layout.offset(i), layout.byteSize(i));
      }
    }

    void requireSize(int index) {
      section.requireSize(layout.spec(index), layout.byteSize(index), section.memory(index));
    }
  }

  /**
   * Copies everything; when this returns, nothing of it is read any more.
   *
   * @param buffer has room for all of it
   */
  void copyTo(StagingBuffer buffer) throws IOException {
    AtomicInteger next = new AtomicInteger();
    copiers.together(
        helpers,
        () -> copyPieces(next, buffer.new View()),
        () -> copyMine(next, buffer.new View()));
  }

  private boolean copyMine(AtomicInteger next, StagingBuffer.View target) {
    try {
      forTrainingThread.forEach(piece -> piece.copyTo(target));
      return copyPieces(next, target);
    } finally {
      next.set(forAnyThread.size()); // if this failed, the others need not go on
    }
  }

  private boolean copyPieces(AtomicInteger next, StagingBuffer.View target) {
    for (int i = next.getAndIncrement(); i < forAnyThread.size(); i = next.getAndIncrement()) {
      forAnyThread.get(i).copyTo(target);
    }
    return true;
  }
}
