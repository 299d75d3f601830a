// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.nio.ByteBuffer;

/**
 * Allocates memory for bytes on their way from or to a file, at the beginning of a page. Large
 * memory from {@link ByteBuffer#allocateDirect} begins 16 bytes after one; processors of AMD's copy
 * from the page cache to there with a quarter of their speed ({@code rep movsb}, see <a
 * href="https://sourceware.org/bugzilla/show_bug.cgi?id=30994">glibc 30994</a>).
 */
public final class DirectMemory {
  private static final int PAGE_BYTES = 1 << 12;

  private DirectMemory() {}

  /**
   * Allocates memory.
   *
   * @param bytes how much
   * @return all zeros, from position 0 to its capacity; its address is a multiple of 4,096
   * @throws OutOfMemoryError if the JVM gives no more
   */
  public static ByteBuffer allocate(int bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(Math.addExact(bytes, PAGE_BYTES));
    return memory.slice(PAGE_BYTES - memory.alignmentOffset(0, PAGE_BYTES), bytes);
  }
}
