// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A file of the real file system being written. Large pieces of aligned direct memory go to the
 * disk past the page cache, where the file system can do that; everything else, and everything on
 * other file systems, goes the usual way. Used by one thread.
 */
final class LocalFile implements Disk.OpenFile {
  /** Addresses, sizes and positions of direct writes are multiples of this. */
  private static final int BLOCK_BYTES = 1 << 12;

  /** Less is not worth a second channel. */
  private static final int LEAST_DIRECT_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final Optional<Object> key;
  private Optional<FileChannel> direct = Optional.empty();
  private boolean mayBeDirect = true;
  private boolean mayHoldMore;
  private int reserved;
  private long position;

  private LocalFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.key = key(path);
  }

  /** What tells a file from others as long as it is open. */
  private static Optional<Object> key(Path path) throws IOException {
    return Optional.ofNullable(
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey());
  }

  static LocalFile create(Path path) throws IOException {
    return of(
        path, FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
  }

  private static LocalFile of(Path path, FileChannel channel) throws IOException {
    try {
      return new LocalFile(path, channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Blocks that the file has already are written faster than new ones. */
  static LocalFile overwrite(Path path) throws IOException {
    LocalFile file =
        of(path, FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    file.mayHoldMore = true;
    return file;
  }

  @Override
  public void reserve(int bytes) {
    if (position > 0) {
      throw new IllegalStateException("Bytes were written before");
    }
    reserved = bytes;
    position = bytes;
  }

  @Override
  public void fill(ByteBuffer beginning) throws IOException {
    if (beginning.remaining() != reserved) {
      throw new IllegalArgumentException(
          reserved + " bytes were reserved, but these are " + beginning.remaining());
    }
    write(channel, beginning, 0);
  }

  @Override
  public void write(ByteBuffer source) throws IOException {
    writeDirect(source);
    position += write(channel, source, position);
  }

  @Override
  public boolean isNamed(String name) throws IOException {
    try {
      return key(path.resolveSibling(name)).equals(key);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void force() throws IOException {
    if (mayHoldMore) {
      channel.truncate(position);
    }
    channel.force(true); // of the file, whichever channel its bytes came through
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (direct.isPresent()) {
        direct.get().close();
      }
    }
  }

  /** Writes as many blocks as can be; what a file system refuses is left for the usual way. */
  private void writeDirect(ByteBuffer source) {
    int blocks = source.remaining() / BLOCK_BYTES * BLOCK_BYTES;
    if (!mayBeDirect || blocks < LEAST_DIRECT_BYTES || !isAligned(source)) {
      return;
    }
    ByteBuffer piece = source.slice(source.position(), blocks);
    try {
      write(directChannel(), piece, position);
    } catch (IOException | UnsupportedOperationException e) {
      mayBeDirect = false; // a disk that is full says so again
    }
    source.position(source.position() + piece.position());
    position += piece.position();
  }

  private boolean isAligned(ByteBuffer source) {
    return position % BLOCK_BYTES == 0
        && source.isDirect()
        && source.alignmentOffset(source.position(), BLOCK_BYTES) == 0;
  }

  private FileChannel directChannel() throws IOException {
    if (direct.isEmpty()) {
      if (BLOCK_BYTES % Files.getFileStore(path).getBlockSize() != 0) {
        throw new IOException("Blocks are larger than " + BLOCK_BYTES + " bytes");
      }
      OpenOption option =
          DirectWrites.option()
              .orElseThrow(() -> new UnsupportedOperationException("This JVM has no such option"));
      FileChannel opened = FileChannel.open(path, StandardOpenOption.WRITE, option);
      direct = Optional.of(opened); // closed with the file
      if (!isNamed(path.getFileName().toString())) {
        throw new IOException("Another file has its name");
      }
    }
    return direct.get();
  }

  private static int write(FileChannel to, ByteBuffer source, long start) throws IOException {
    int count = source.remaining();
    int from = source.position();
    while (source.hasRemaining()) {
      int written = to.write(Pieces.next(source), start + source.position() - from);
      source.position(source.position() + written);
    }
    return count;
  }
}
