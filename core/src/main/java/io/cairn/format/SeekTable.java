// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.github.luben.zstd.Zstd;
import io.cairn.model.CorruptSnapshotException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The table at the end of a compressed file, in the public seekable format of zstd: a skippable
 * frame, which every zstd decoder passes over. All numbers are unsigned 32-bit, little-endian.
 *
 * <pre>
 * table  = 0x184D2A5E, size of the rest, entry..., footer
 * entry  = compressed size of the frame, plain size of the frame
 * footer = number of frames, descriptor (one byte, 0: no checksums here), 0x8F92EAB1
 * </pre>
 *
 * @see <a
 *     href="https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md">
 *     Zstandard Seekable Format</a>
 */
final class SeekTable {

  /** The most frames: 2 TiB of frames of 512 KiB. */
  static final int MAX_FRAMES = 1 << 22;

  /** The most plain bytes that are read at once; a sink's frames hold fewer. */
  static final int MAX_FRAME_BYTES = 8 << 20;

  private static final long MAX_COMPRESSED_FRAME_BYTES = Zstd.compressBound(MAX_FRAME_BYTES);

  /** Begins a skippable frame. */
  static final int FRAME_MAGIC = 0x184D2A5E;

  /** Ends the file. */
  static final int FOOTER_MAGIC = 0x8F92EAB1;

  private static final int HEADER_BYTES = 8;
  private static final int ENTRY_BYTES = 8;
  private static final int FOOTER_BYTES = 9;

  /**
   * One frame.
   *
   * @param position its first byte in the compressed file
   * @param compressedBytes its size in the compressed file
   * @param plainPosition the first byte in the plain file that it holds
   * @param plainBytes how many bytes of the plain file it holds
   */
  record Frame(long position, int compressedBytes, long plainPosition, int plainBytes) {
    long plainEnd() {
      return plainPosition + plainBytes;
    }
  }

  private final List<Frame> frames = new ArrayList<>();

  /** Appends the next frame. */
  void add(int compressedBytes, int plainBytes) {
    Frame last = frames.isEmpty() ? new Frame(0, 0, 0, 0) : frames.get(frames.size() - 1);
    frames.add(
        new Frame(
            last.position + last.compressedBytes, compressedBytes, last.plainEnd(), plainBytes));
  }

  /** How many frames there are. */
  int frameCount() {
    return frames.size();
  }

  /** The size of the plain file. */
  long plainBytes() {
    return frames.isEmpty() ? 0 : frames.get(frames.size() - 1).plainEnd();
  }

  /** The frame that holds a byte of the plain file. */
  Frame frameOf(long plainPosition) {
    int low = 0;
    int high = frames.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (frames.get(middle).plainEnd() <= plainPosition) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return frames.get(low);
  }

  /** The table as bytes. */
  ByteBuffer encode() {
    int bytes = tableBytes(frames.size());
    ByteBuffer table = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(FRAME_MAGIC).putInt(bytes - HEADER_BYTES);
    for (Frame frame : frames) {
      table.putInt(frame.compressedBytes).putInt(frame.plainBytes);
    }
    return table.putInt(frames.size()).put((byte) 0).putInt(FOOTER_MAGIC).flip();
  }

  /**
   * Reads the table of a compressed file.
   *
   * @param where what is read, for messages
   * @throws CorruptSnapshotException if the table is damaged or beyond the limits
   */
  static SeekTable read(ByteSource compressed, String where) throws IOException {
    long size = compressed.size();
    int count = frameCount(compressed, size, where);
    ByteBuffer bytes = ByteBuffer.allocate(tableBytes(count));
    long tableStart = size - bytes.capacity();
    compressed.readFully(tableStart, bytes);
    bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.getInt() != FRAME_MAGIC || bytes.getInt() != bytes.capacity() - HEADER_BYTES) {
      throw corrupt(where, "it does not begin where its number of frames, " + count + ", says");
    }
    SeekTable table = new SeekTable();
    for (int i = 0; i < count; i++) {
      table.addChecked(bytes.getInt(), bytes.getInt(), where);
    }
    table.requireEnd(tableStart, where);
    return table;
  }

  private static int frameCount(ByteSource compressed, long size, String where) throws IOException {
    if (size < tableBytes(0)) {
      throw corrupt(where, "the file has only " + size + " bytes; truncated?");
    }
    ByteBuffer footer = ByteBuffer.allocate(FOOTER_BYTES);
    compressed.readFully(size - FOOTER_BYTES, footer);
    footer.flip().order(ByteOrder.LITTLE_ENDIAN);
    int count = footer.getInt();
    byte descriptor = footer.get();
    if (footer.getInt() != FOOTER_MAGIC) {
      throw corrupt(where, "the file does not end in its magic number; truncated?");
    }
    if (descriptor != 0) {
      throw corrupt(where, "expected descriptor 0, found " + Byte.toUnsignedInt(descriptor));
    }
    requirePossible(count, size, where);
    return count;
  }

  private static void requirePossible(int count, long size, String where)
      throws CorruptSnapshotException {
    if (count < 0 || count > MAX_FRAMES || tableBytes(count) > size) {
      throw corrupt(
          where,
          "a file of "
              + size
              + " bytes cannot have "
              + Integer.toUnsignedString(count)
              + " frames; at most "
              + MAX_FRAMES
              + " are accepted");
    }
  }

  private void addChecked(int compressedBytes, int plainBytes, String where)
      throws CorruptSnapshotException {
    if (plainBytes < 1
        || plainBytes > MAX_FRAME_BYTES
        || compressedBytes < 1
        || compressedBytes > MAX_COMPRESSED_FRAME_BYTES) {
      throw corrupt(
          where,
          "frame "
              + frames.size()
              + " cannot hold "
              + Integer.toUnsignedString(plainBytes)
              + " bytes in "
              + Integer.toUnsignedString(compressedBytes)
              + "; a frame holds 1 to "
              + MAX_FRAME_BYTES);
    }
    add(compressedBytes, plainBytes);
  }

  private void requireEnd(long tableStart, String where) throws CorruptSnapshotException {
    long framesEnd = frames.stream().mapToLong(Frame::compressedBytes).sum();
    if (framesEnd != tableStart) {
      throw corrupt(
          where, "its frames have " + framesEnd + " bytes, but it begins at " + tableStart);
    }
  }

  /** Fits: at most {@link #MAX_FRAMES} entries. */
  private static int tableBytes(int frames) {
    return HEADER_BYTES + frames * ENTRY_BYTES + FOOTER_BYTES;
  }

  private static CorruptSnapshotException corrupt(String where, String what) {
    return new CorruptSnapshotException(where + ": the seek table is damaged: " + what);
  }
}
