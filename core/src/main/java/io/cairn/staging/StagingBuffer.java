// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.Digest;
import io.cairn.format.DirectMemory;
import io.cairn.model.TensorMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Direct memory for the bytes of one snapshot, in chunks, kept and used again: fresh memory costs
 * several times as much as the copy itself. Grows to what is needed and never above its limit.
 */
public final class StagingBuffer {
  /** Chunks begin at multiples of this, so no element of any type is cut. */
  private static final int GRANULE_BYTES = 1 << 16;

  private static final int CHUNK_BYTES = 1 << 26;

  /**
   * No element of an array is larger. The array's may be larger than the tensor's: then the tensor
   * may lie so that a chunk ends in the middle of one.
   */
  private static final int ELEMENT_BYTES = 16;

  /** What is written at once: the disk waits between two pieces. Larger ones are not faster. */
  private static final int PIECE_BYTES = 1 << 24;

  private final long limitBytes;
  private final int chunkBytes;
  private final List<ByteBuffer> chunks = new ArrayList<>();

  private long[] starts = {};
  private long capacity;

  /**
   * An empty buffer.
   *
   * @param limitBytes the most it may hold
   */
  public StagingBuffer(long limitBytes) {
    this(limitBytes, CHUNK_BYTES);
  }

  /** With chunks of another size, a multiple of {@value #GRANULE_BYTES}. */
  StagingBuffer(long limitBytes, int chunkBytes) {
    this.limitBytes = limitBytes;
    this.chunkBytes = chunkBytes;
  }

  /** Called for each piece of a range, in order. */
  @FunctionalInterface
  interface PieceAction<E extends Exception> {
    /**
     * Works on a piece.
     *
     * @param offsetInRange where the piece begins, from the start of the range
     * @param piece the memory, from position to limit
     */
    void accept(long offsetInRange, ByteBuffer piece) throws E;
  }

  /**
   * Makes room.
   *
   * @throws StagingException if that is more than the limit or the JVM gives
   */
  void ensureCapacity(long bytes) throws IOException {
    if (bytes <= capacity) {
      return;
    }
    if (bytes > limitBytes) {
      throw new StagingException(
          "The state has "
              + bytes
              + " bytes, more than the staging limit of "
              + limitBytes
              + "; raise checkpoint_staging_limit");
    }
    List<Integer> sizes = new ArrayList<>();
    for (long missing = bytes - capacity; missing > 0; missing -= chunkBytes) {
      long rounded = (missing + GRANULE_BYTES - 1) / GRANULE_BYTES * GRANULE_BYTES;
      long left = limitBytes - bytes + missing;
      sizes.add((int) Math.min(Math.min(chunkBytes, rounded), left));
    }
    allocate(sizes, bytes).forEach(this::addChunk);
  }

  /** The first touch of memory takes several times as long as the copy: all processors do it. */
  private static List<ByteBuffer> allocate(List<Integer> sizes, long wanted) throws IOException {
    ByteBuffer[] memory = new ByteBuffer[sizes.size()];
    AtomicInteger next = new AtomicInteger();
    int threads = Math.min(memory.length, Runtime.getRuntime().availableProcessors());
    try (SideThread side = SideThread.of(Math.max(0, threads - 1))) {
      SideThread.Work<Boolean> work = () -> allocate(sizes, next, memory);
      side.together(threads - 1, work, work);
      return List.of(memory);
    } catch (OutOfMemoryError e) {
      throw new StagingException(
          "The JVM gave no "
              + wanted
              + " bytes of direct memory to stage the state in; raise -XX:MaxDirectMemorySize"
              + " (by default as large as the heap)",
          e);
    }
  }

  /** Where there is not enough, all stop: what they hold meanwhile is missed by the training. */
  private static boolean allocate(List<Integer> sizes, AtomicInteger next, ByteBuffer[] memory) {
    try {
      for (int i = next.getAndIncrement(); i < memory.length; i = next.getAndIncrement()) {
        memory[i] = DirectMemory.allocate(sizes.get(i));
      }
      return true;
    } catch (OutOfMemoryError e) {
      next.set(memory.length);
      throw e;
    }
  }

  private void addChunk(ByteBuffer chunk) {
    chunks.add(chunk); // at the beginning of a page, as direct writes need it
    starts = Arrays.copyOf(starts, chunks.size());
    starts[chunks.size() - 1] = capacity;
    capacity += chunk.capacity();
  }

  /** The memory for one thread: with positions of its own, so that no tensor needs an object. */
  final class View {
    private final ByteBuffer[] windows =
        chunks.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);

    private int chunk;

    /** Copies bytes of a tensor from an offset on to a range, which must have been ensured. */
    void copy(TensorMemory memory, long offset, long start, long length) {
      for (long done = 0; done < length; ) {
        ByteBuffer piece = piece(start + done, length - done);
        int size = piece.remaining();
        int cut = size < length - done ? (int) ((offset + done + size) % ELEMENT_BYTES) : 0;
        if (cut == 0) {
          memory.read(offset + done, piece);
        } else if (cut < size) {
          size -= cut;
          memory.read(offset + done, piece.limit(piece.position() + size));
        } else {
          size = (int) Math.min(ELEMENT_BYTES, length - done);
          copyAcross(memory, offset + done, start + done, size);
        }
        done += size;
      }
    }

    /** Elements that two chunks share; an array gives whole ones only. */
    private void copyAcross(TensorMemory memory, long offset, long start, int size) {
      ByteBuffer elements = ByteBuffer.allocate(size);
      memory.read(offset, elements);
      for (int done = 0; done < size; ) {
        ByteBuffer piece = piece(start + done, size - done);
        int part = piece.remaining();
        piece.put(piece.position(), elements, done, part);
        done += part;
      }
    }

    /** The digest of a range, which must have been ensured. */
    Digest digest(long start, long length) {
      Digest.Crc32c crc = new Digest.Crc32c();
      for (long done = 0; done < length; ) {
        ByteBuffer piece = piece(start + done, length - done);
        done += piece.remaining();
        crc.update(piece);
      }
      return crc.digest();
    }

    /** The memory from there on, as far as it is in one chunk; until the next call. */
    private ByteBuffer piece(long start, long length) {
      long inChunk = start - starts[chunk];
      if (inChunk < 0 || inChunk >= windows[chunk].capacity()) { // seldom
        chunk = chunkOf(start);
      }
      int at = (int) (start - starts[chunk]);
      int size = (int) Math.min(windows[chunk].capacity() - at, length);
      return windows[chunk].limit(at + size).position(at);
    }
  }

  /** Walks over the memory of a range, which must have been ensured. */
  <E extends Exception> void forEachPiece(long start, long length, PieceAction<E> action) throws E {
    for (long done = 0; done < length; ) {
      int chunk = chunkOf(start + done);
      ByteBuffer memory = chunks.get(chunk);
      int at = (int) (start + done - starts[chunk]);
      int size = (int) Math.min(memory.capacity() - at, length - done);
      action.accept(done, memory.slice(at, size));
      done += size;
    }
  }

  /** The first bytes, in pieces that begin at multiples of {@value #GRANULE_BYTES}. */
  List<ByteBuffer> pieces(long length) {
    List<ByteBuffer> pieces = new ArrayList<>();
    forEachPiece(
        0,
        length,
        (start, chunk) -> {
          for (int at = 0; at < chunk.capacity(); at += PIECE_BYTES) {
            pieces.add(chunk.slice(at, Math.min(PIECE_BYTES, chunk.capacity() - at)));
          }
        });
    return pieces;
  }

  private int chunkOf(long position) {
    int found = Arrays.binarySearch(starts, position);
    return found >= 0 ? found : -found - 2;
  }
}
