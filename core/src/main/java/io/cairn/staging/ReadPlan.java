// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSource;
import io.cairn.format.StoredPart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which bytes of a file are read at once, and where they go: in the order of the file. */
final class ReadPlan {
  /** Fits into the caches of a processor, and is far more than a call into the kernel costs. */
  private static final int BLOCK_BYTES = 1 << 18;

  /** Bytes that nobody wants are read, too, if there are fewer. */
  private static final int GAP_BYTES = 1 << 14;

  /** Tensors are cut at multiples of this, so that no element is. */
  private static final int ELEMENT_BYTES = 16;

  /** Empty tensors come before what begins at the same place. */
  private static final Comparator<SectionRestore.Target> IN_FILE =
      Comparator.comparingLong((SectionRestore.Target target) -> target.entry().offset())
          .thenComparingLong(target -> target.entry().spec().byteSize());

  /**
   * What is read at once.
   *
   * @param position the first byte in the file
   * @param bytes how many
   * @param pieces what they are
   */
  record Block(long position, int bytes, List<Piece> pieces) {}

  /**
   * Bytes of one tensor.
   *
   * @param target the tensor
   * @param offset the first byte in the tensor
   * @param at the first byte in the block
   * @param bytes how many
   */
  record Piece(SectionRestore.Target target, long offset, int at, int bytes) {
    boolean isFirst() {
      return offset == 0;
    }

    boolean isLast() {
      return offset + bytes == target.entry().spec().byteSize();
    }
  }

  private final StoredPart part;
  private final int blockBytes;
  private final List<Block> blocks = new ArrayList<>();
  private List<Piece> pieces = new ArrayList<>();
  private long start;
  private long end;

  private ReadPlan(StoredPart part, int blockBytes) {
    this.part = part;
    this.blockBytes = blockBytes;
  }

  static List<Block> of(ByteSource source, StoredPart part, List<SectionRestore.Target> targets) {
    ReadPlan plan = new ReadPlan(part, Math.max(BLOCK_BYTES, source.unitBytes()));
    targets.stream().sorted(IN_FILE).forEach(plan::add);
    plan.endBlock();
    return plan.blocks;
  }

  /** How many bytes blocks have. */
  static long bytes(List<Block> blocks) {
    return blocks.stream().mapToLong(Block::bytes).sum();
  }

  private void add(SectionRestore.Target target) {
    long position = part.position(target.entry());
    long size = target.entry().spec().byteSize();
    boolean fits = position - end <= GAP_BYTES && position + size - start <= blockBytes;
    if (pieces.isEmpty() || !fits) {
      startBlock(position); // and so blocks of a tensor are the frames of a compressed file
    }
    long done = 0;
    do { // an empty tensor has one piece, too: its digest is checked like any other
      if (position + done - start > blockBytes - ELEMENT_BYTES) {
        startBlock(position + done);
      }
      int at = (int) (position + done - start);
      int room = (blockBytes - at) / ELEMENT_BYTES * ELEMENT_BYTES;
      int bytes = (int) Math.min(room, size - done);
      pieces.add(new Piece(target, done, at, bytes));
      done += bytes;
      end = position + done;
    } while (done < size);
  }

  private void startBlock(long position) {
    endBlock();
    start = position;
    end = position;
  }

  private void endBlock() {
    if (!pieces.isEmpty()) {
      blocks.add(new Block(start, (int) (end - start), pieces));
      pieces = new ArrayList<>();
    }
  }
}
