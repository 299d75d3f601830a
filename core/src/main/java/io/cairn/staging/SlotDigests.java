// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.format.PartLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The digests of staged tensors. Used by one thread. */
final class SlotDigests {
  /** How many spans each thread digests, so that all end at about the same time. */
  private static final int SPANS_A_THREAD = 8;

  /** Digested in far more time than it takes to hand over. */
  private static final long LEAST_SPAN_BYTES = 1L << 20;

  private final PartLayout layout;
  private final StagingBuffer buffer;

  SlotDigests(PartLayout layout, StagingBuffer buffer) {
    this.layout = layout;
    this.buffer = buffer;
  }

  /** The digest of bytes of one tensor. */
  private record Piece(int slot, long bytes, Digest digest) {}

  /** All of them, in the order of the file. */
  List<Digest> byOneThread() {
    List<Digest> digests = new ArrayList<>(layout.slots().size());
    StagingBuffer.View memory = buffer.new View();
    for (PartLayout.Slot slot : layout.slots()) {
      digests.add(memory.digest(slot.offset(), slot.byteSize()));
    }
    return digests;
  }

  /**
   * The same, sooner: tensors are cut, and the digests of their pieces joined.
   *
   * @param threads how many threads digest, this one among them
   * @param side all others
   */
  List<Digest> byThreads(int threads, SideThread side) throws IOException {
    if (threads == 1) {
      return byOneThread();
    }
    long bytes = layout.dataBytes();
    long span = Math.max(LEAST_SPAN_BYTES, bytes / threads / SPANS_A_THREAD);
    List<SideThread.Result<List<Piece>>> spans = new ArrayList<>();
    for (long at = 0; at < bytes; at += span) {
      long start = at;
      long end = Math.min(at + span, bytes);
      spans.add(side.start(() -> pieces(start, end)));
    }
    spans.forEach(SideThread.Result::help);
    return joined(spans);
  }

  private List<Piece> pieces(long start, long end) {
    List<Piece> pieces = new ArrayList<>();
    StagingBuffer.View memory = buffer.new View();
    for (int i = slotAt(start); i < layout.slots().size(); i++) {
      PartLayout.Slot slot = layout.slots().get(i);
      if (slot.offset() >= end) {
        break;
      }
      long first = Math.max(start, slot.offset());
      long length = Math.min(end, slot.offset() + slot.byteSize()) - first;
      pieces.add(new Piece(i, length, memory.digest(first, length)));
    }
    return pieces;
  }

  /** The last that begins there or before: the one that holds the byte. */
  private int slotAt(long position) {
    int low = 0;
    int high = layout.slots().size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (layout.slots().get(middle).offset() <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private List<Digest> joined(List<SideThread.Result<List<Piece>>> spans) throws IOException {
    List<DigestChain> chains = new ArrayList<>(layout.slots().size());
    layout.slots().forEach(slot -> chains.add(new DigestChain()));
    for (SideThread.Result<List<Piece>> span : spans) {
      for (Piece piece : span.await()) {
        chains.get(piece.slot()).append(piece.digest(), piece.bytes());
      }
    }
    return chains.stream().map(DigestChain::digest).toList();
  }
}
