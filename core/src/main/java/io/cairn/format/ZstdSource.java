// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.cairn.model.CorruptSnapshotException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The plain bytes of a file that {@link ZstdSink} wrote. Only the frames that are asked for are
 * decompressed; the last one is kept, so small reads in order are cheap. Several threads may read
 * at once if they may read the compressed file; each then needs about 1 MB of direct memory.
 */
public final class ZstdSource implements ByteSource, Closeable {
  private final ByteSource compressed;
  private final String where;
  private final SeekTable table;
  private final Deque<Decoder> free = new ArrayDeque<>();
  private final NavigableMap<Long, Planes> planesByPosition = new TreeMap<>();

  /** A tensor whose bytes are in planes. */
  private record Planes(String tensor, long position, long bytes, int width) {
    boolean holds(long plainPosition) {
      return plainPosition < position + bytes;
    }
  }

  private ZstdSource(ByteSource compressed, String where, SeekTable table) {
    this.compressed = compressed;
    this.where = where;
    this.table = table;
  }

  /**
   * Opens a compressed file.
   *
   * @param compressed the file; not closed by this
   * @param where what is read, for messages
   * @return its plain bytes
   * @throws CorruptSnapshotException if its seek table is damaged
   * @throws IOException if it cannot be read
   */
  public static ZstdSource open(ByteSource compressed, String where) throws IOException {
    ZstdLibrary.require();
    return new ZstdSource(compressed, where, SeekTable.read(compressed, where));
  }

  /**
   * From now on tensors in planes are read as they are in memory. Nobody may be reading.
   *
   * @param part what the file holds
   */
  public void undoPlanes(StoredPart part) {
    close(); // what was kept is in planes
    part.header()
        .sections()
        .forEach(
            (name, section) ->
                section.tensors().values().stream()
                    .filter(TensorEntry::inPlanes)
                    .forEach(
                        tensor ->
                            planesByPosition.put(
                                part.position(tensor),
                                new Planes(
                                    name + "/" + tensor.spec().name(),
                                    part.position(tensor),
                                    tensor.spec().byteSize(),
                                    tensor.width()))));
  }

  @Override
  public long size() {
    return table.plainBytes();
  }

  @Override
  public boolean isConcurrent() {
    return compressed.isConcurrent();
  }

  @Override
  public int unitBytes() {
    return ZstdSink.FRAME_BYTES;
  }

  /**
   * {@inheritDoc}
   *
   * @throws CorruptSnapshotException if a frame is damaged
   */
  @Override
  public void readFully(long position, ByteBuffer target) throws IOException {
    if (position < 0 || position > size() - target.remaining()) {
      throw new EOFException(
          where
              + ": expected "
              + target.remaining()
              + " bytes at "
              + position
              + ", but there are only "
              + size());
    }
    Decoder decoder = freeDecoder();
    try {
      long at = position;
      while (target.hasRemaining()) {
        at += decoder.readFrom(table.frameOf(at), at, target);
      }
    } finally {
      giveBack(decoder);
    }
  }

  /** The one that was used last: it keeps the frame before. */
  private synchronized Decoder freeDecoder() {
    return free.isEmpty() ? new Decoder() : free.pop();
  }

  private synchronized void giveBack(Decoder decoder) {
    free.push(decoder);
  }

  /** Frees native memory; nobody may be reading. */
  @Override
  public synchronized void close() {
    free.forEach(decoder -> decoder.context.close());
    free.clear();
  }

  /** What one thread needs to decompress, and the last frame. */
  private final class Decoder {
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final Map<Integer, BytePlanes> transposers = new HashMap<>();
    private ByteBuffer input = ByteBuffer.allocateDirect(0);
    private ByteBuffer cache = ByteBuffer.allocateDirect(0);
    private ByteBuffer planes = ByteBuffer.allocateDirect(0);
    private SeekTable.Frame cached;

    int readFrom(SeekTable.Frame frame, long position, ByteBuffer target) throws IOException {
      int skipped = Math.toIntExact(position - frame.plainPosition());
      int count = Math.min(frame.plainBytes() - skipped, target.remaining());
      if (count == frame.plainBytes() && target.isDirect() && !frame.equals(cached)) {
        // A whole frame goes where it is wanted, without a copy.
        decompress(frame, target.slice(target.position(), count));
        target.position(target.position() + count);
      } else {
        cache(frame);
        target.put(cache.slice(skipped, count));
      }
      return count;
    }

    private void cache(SeekTable.Frame frame) throws IOException {
      if (!frame.equals(cached)) {
        cached = null;
        cache = withCapacity(cache, frame.plainBytes());
        decompress(frame, cache.slice(0, frame.plainBytes()));
        cached = frame;
      }
    }

    private void decompress(SeekTable.Frame frame, ByteBuffer plain) throws IOException {
      Map.Entry<Long, Planes> before = planesByPosition.floorEntry(frame.plainEnd() - 1);
      if (before == null || !before.getValue().holds(frame.plainPosition())) {
        decompressAsStored(frame, plain);
      } else {
        requireBlock(frame, before.getValue());
        planes = withCapacity(planes, frame.plainBytes());
        ByteBuffer block = planes.slice(0, frame.plainBytes());
        decompressAsStored(frame, block);
        transposers
            .computeIfAbsent(before.getValue().width(), BytePlanes::new)
            .transpose(block, plain);
      }
    }

    private void decompressAsStored(SeekTable.Frame frame, ByteBuffer plain) throws IOException {
      input = withCapacity(input, frame.compressedBytes());
      input.clear().limit(frame.compressedBytes());
      compressed.readFully(frame.position(), input);
      int bytes;
      try {
        bytes =
            context.decompressDirectByteBuffer(
                plain, plain.position(), frame.plainBytes(), input, 0, frame.compressedBytes());
      } catch (ZstdException e) {
        throw corrupt(frame, "decompressing it failed: " + e.getMessage(), e);
      }
      if (bytes != frame.plainBytes()) {
        throw corrupt(
            frame, "expected " + frame.plainBytes() + " plain bytes, found " + bytes, null);
      }
    }
  }

  /** Planes are of blocks, and each block is a frame. */
  private void requireBlock(SeekTable.Frame frame, Planes tensor) throws CorruptSnapshotException {
    long start = frame.plainPosition() - tensor.position();
    if (start < 0
        || start % ZstdSink.FRAME_BYTES != 0
        || frame.plainBytes() != Math.min(ZstdSink.FRAME_BYTES, tensor.bytes() - start)) {
      throw corrupt(
          frame, "it is no block of tensor '" + tensor.tensor() + "', which is in planes", null);
    }
  }

  /** Frames are at most 8 MiB: the seek table was checked. */
  private static ByteBuffer withCapacity(ByteBuffer buffer, int bytes) {
    return buffer.capacity() >= bytes ? buffer : DirectMemory.allocate(bytes);
  }

  private CorruptSnapshotException corrupt(SeekTable.Frame frame, String what, Throwable cause) {
    return new CorruptSnapshotException(
        where + ": the zstd frame at byte " + frame.position() + " is damaged: " + what, cause);
  }
}
