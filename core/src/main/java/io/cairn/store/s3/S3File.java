// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import io.cairn.store.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.ExecutorService;

/** An object, read by ranges. */
final class S3File implements ReadableFile {
  private final long size;
  private final ReadAhead bytes;
  private volatile boolean closed;

  private S3File(long size, ReadAhead bytes) {
    this.size = size;
    this.bytes = bytes;
  }

  static S3File open(S3Calls calls, String key, ExecutorService threads, int depth)
      throws IOException {
    S3Calls.Start start = calls.start(key, ReadAhead.SMALLEST);
    ReadAhead.Source source = (position, length) -> calls.get(key, position, length);
    ReadAhead bytes = new ReadAhead(source, start.total(), threads, depth);
    bytes.hold(start.bytes().array());
    return new S3File(start.total(), bytes);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isRandomAccess() {
    return false;
  }

  @Override
  public int read(long position, ByteBuffer target) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (position >= size) {
      return -1;
    }
    return target.hasRemaining() ? bytes.read(position, target) : 0;
  }

  @Override
  public void close() {
    closed = true;
    bytes.close();
  }
}
