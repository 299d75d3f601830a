// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;

/**
 * Makes one zstd frame at a time, each with its size and checksum. Used by one thread at a time.
 */
public final class FrameEncoder implements Closeable {
  /** Zstd codes so many bytes together. */
  private static final int BLOCK_BYTES = 1 << 17;

  private static final int LEVEL = 1;

  /** Looks for matches so rarely that bytes are copied and digested, no more. */
  private static final int STORED_LEVEL = -100;

  /** Short matches in exponents are by chance, and cost more than they save. */
  private static final int PLANES_MIN_MATCH = 7;

  /** The smallest that zstd has: long matches are found all the same. */
  private static final int PLANES_HASH_LOG = 6;

  private final Map<FrameKind, ZstdCompressCtx> contexts = new EnumMap<>(FrameKind.class);
  private ByteBuffer planes = ByteBuffer.allocateDirect(0);
  private ByteBuffer compressed = ByteBuffer.allocateDirect(0);
  private BytePlanes transposer;
  private int transposerWidth;

  /** Allocates no memory yet. */
  public FrameEncoder() {
    for (FrameKind kind : FrameKind.values()) {
      contexts.put(
          kind,
          new ZstdCompressCtx()
              .setLevel(kind == FrameKind.STORED ? STORED_LEVEL : LEVEL)
              .setChecksum(true)
              .setContentSize(true));
    }
    contexts.get(FrameKind.PLANES).setMinMatch(PLANES_MIN_MATCH).setHashLog(PLANES_HASH_LOG);
  }

  /**
   * Compresses one frame.
   *
   * @param plain direct memory, from position to limit: 1 to {@value ZstdSink#FRAME_BYTES} bytes
   * @param kind how
   * @param width the bytes of an element, for planes
   * @return the frame; valid until the next call
   * @throws IOException if zstd fails
   */
  public ByteBuffer encode(ByteBuffer plain, FrameKind kind, int width) throws IOException {
    compressed = withCapacity(compressed, Zstd.compressBound(plain.remaining())).clear();
    try {
      return kind == FrameKind.PLANES ? encodePlanes(plain, width) : encodeBytes(plain, kind);
    } catch (ZstdException e) {
      throw new IOException(
          "Compressing " + plain.remaining() + " bytes failed: " + e.getMessage(), e);
    }
  }

  private ByteBuffer encodeBytes(ByteBuffer plain, FrameKind kind) {
    int bytes =
        contexts
            .get(kind)
            .compressDirectByteBuffer(
                compressed, 0, compressed.capacity(), plain, plain.position(), plain.remaining());
    return compressed.slice(0, bytes);
  }

  /** None of zstd's blocks may hold exponents and mantissas. */
  private ByteBuffer encodePlanes(ByteBuffer plain, int width) {
    int count = plain.remaining();
    planes = withCapacity(planes, count);
    transposer(width).transpose(plain, planes.clear().limit(count));
    int planeBytes = BytePlanes.planeBytes(count, width);
    return planeBytes % BLOCK_BYTES == 0
        ? encodeBytes(planes, FrameKind.PLANES)
        : encodeEach(planeBytes, count, width);
  }

  private ByteBuffer encodeEach(int planeBytes, int count, int width) {
    ZstdCompressCtx context = contexts.get(FrameKind.PLANES);
    context.setPledgedSrcSize(count);
    for (int plane = 1; plane < width; plane++) {
      planes.limit(plane * planeBytes);
      context.compressDirectByteBufferStream(compressed, planes, EndDirective.FLUSH);
    }
    planes.limit(count);
    context.compressDirectByteBufferStream(compressed, planes, EndDirective.END);
    return compressed.flip();
  }

  private static ByteBuffer withCapacity(ByteBuffer buffer, long bytes) {
    return buffer.capacity() >= bytes ? buffer : DirectMemory.allocate((int) bytes);
  }

  private BytePlanes transposer(int width) {
    if (transposerWidth != width) {
      transposer = new BytePlanes(width);
      transposerWidth = width;
    }
    return transposer;
  }

  /** Frees native memory. */
  @Override
  public void close() {
    contexts.values().forEach(ZstdCompressCtx::close);
  }
}
