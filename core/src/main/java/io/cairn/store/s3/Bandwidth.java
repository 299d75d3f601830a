// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;

/** Lets so many bytes a second through, of all streams together. Thread-safe. */
final class Bandwidth {
  /** Small enough that a slow line is never silent for long. */
  private static final int LARGEST_READ = 16 << 10;

  private final long bytesPerSecond;
  private long freeAt = System.nanoTime();

  Bandwidth(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  InputStream limit(InputStream stream) {
    return bytesPerSecond == Long.MAX_VALUE ? stream : new Limited(stream);
  }

  /** Books the time that bytes take, and waits until it begins. */
  private void pass(int bytes) throws IOException {
    long wait;
    synchronized (this) {
      long now = System.nanoTime();
      long start = Math.max(now, freeAt);
      freeAt = start + (long) (1e9 * bytes / bytesPerSecond);
      wait = start - now;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted while uploading").initCause(e);
    }
  }

  private final class Limited extends FilterInputStream {
    Limited(InputStream stream) {
      super(stream);
    }

    @Override
    public int read() throws IOException {
      pass(1);
      return super.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, Math.min(length, LARGEST_READ));
      pass(Math.max(0, count));
      return count;
    }
  }
}
