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

  S3File(S3Calls calls, String key, long size, ExecutorService threads, int depth) {
    this.size = size;
    this.bytes =
        new ReadAhead((position, length) -> calls.get(key, position, length), size, threads, depth);
  }

  @Override
  public long size() {
    return size;
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
