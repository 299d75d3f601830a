// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.nio.ByteBuffer;

/**
 * Cuts memory on the heap into pieces for channels: for each transfer a channel makes direct memory
 * of the same size, and keeps it for as long as the thread lives, beside all limits.
 */
final class Pieces {
  /** More at once is not faster. */
  static final int HEAP_BYTES = 1 << 20;

  private Pieces() {}

  /**
   * What is to be transferred next.
   *
   * @param memory from its position on; the caller moves that by what was transferred
   * @return shares the bytes, and has a position of its own
   */
  static ByteBuffer next(ByteBuffer memory) {
    int bytes = memory.remaining();
    return memory.slice(memory.position(), memory.isDirect() ? bytes : Math.min(bytes, HEAP_BYTES));
  }
}
