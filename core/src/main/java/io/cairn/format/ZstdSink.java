// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Compresses what is written into independent zstd frames, each with its size and checksum, and
 * ends them with a {@link SeekTable}. {@code zstd -d} gives the plain bytes back. Used by one
 * thread; needs about 17 MB of direct memory.
 */
public final class ZstdSink implements ByteSink, Closeable {

  /** How many plain bytes a frame holds; the last one may hold less. */
  public static final int FRAME_BYTES = 8 << 20;

  /** The largest that a frame can get. */
  static final int COMPRESSED_FRAME_BYTES = Math.toIntExact(Zstd.compressBound(FRAME_BYTES));

  private final ByteSink downstream;
  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final ByteBuffer plain = ByteBuffer.allocateDirect(FRAME_BYTES);
  private final ByteBuffer compressed = ByteBuffer.allocateDirect(COMPRESSED_FRAME_BYTES);
  private final SeekTable table = new SeekTable();
  private boolean done;

  /**
   * Starts a compressed file.
   *
   * @param downstream takes the compressed bytes; not closed by this
   * @param level 1 (fastest) to 19 (smallest)
   * @throws IllegalArgumentException if the level is out of range
   */
  public ZstdSink(ByteSink downstream, int level) {
    this.downstream = downstream;
    if (level < 1 || level > 19) {
      context.close();
      throw new IllegalArgumentException("A zstd level is 1 to 19, but this one is " + level);
    }
    context.setLevel(level).setChecksum(true).setContentSize(true);
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    if (done) {
      throw new IllegalStateException("The compressed file was finished or closed before");
    }
    while (source.hasRemaining()) {
      if (source.isDirect() && plain.position() == 0 && source.remaining() >= FRAME_BYTES) {
        compress(source.slice(source.position(), FRAME_BYTES));
        source.position(source.position() + FRAME_BYTES);
      } else {
        buffer(source);
      }
    }
  }

  /**
   * Writes what is still buffered and the seek table. Nothing can be written after it.
   *
   * @throws IOException if it cannot be written
   */
  public void finish() throws IOException {
    if (done) {
      throw new IllegalStateException("The compressed file was finished or closed before");
    }
    flushFrame();
    done = true;
    downstream.write(table.encode());
  }

  /** Frees native memory; without {@link #finish()} before, the file stays incomplete. */
  @Override
  public void close() {
    done = true;
    context.close();
  }

  private void buffer(ByteBuffer source) throws IOException {
    int count = Math.min(plain.remaining(), source.remaining());
    plain.put(source.slice(source.position(), count));
    source.position(source.position() + count);
    if (!plain.hasRemaining()) {
      flushFrame();
    }
  }

  private void flushFrame() throws IOException {
    if (plain.position() > 0) {
      compress(plain.flip());
      plain.clear();
    }
  }

  /** Compresses a whole direct buffer into one frame. */
  private void compress(ByteBuffer frame) throws IOException {
    if (table.frameCount() == SeekTable.MAX_FRAMES) {
      throw new IOException(
          "A compressed file holds at most " + SeekTable.MAX_FRAMES + " frames of 8 MiB");
    }
    int plainBytes = frame.remaining();
    int bytes;
    try {
      bytes =
          context.compressDirectByteBuffer(
              compressed, 0, compressed.capacity(), frame, 0, plainBytes);
    } catch (ZstdException e) {
      throw new IOException("Compressing " + plainBytes + " bytes failed: " + e.getMessage(), e);
    }
    table.add(bytes, plainBytes);
    downstream.write(compressed.slice(0, bytes));
  }
}
