// SPDX-License-Identifier: Apache-2.0
package io.cairn.commit;

import io.cairn.format.ByteSource;
import io.cairn.format.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Digests the first bytes of a source while they are read: each once, in order. */
final class DigestedSource implements ByteSource {
  private final ByteSource source;
  private final Digest.Crc32c crc = new Digest.Crc32c();
  private long digested;

  DigestedSource(ByteSource source) {
    this.source = source;
  }

  /** The digest of the first bytes, which must be those that were read. */
  Digest digest(long bytes) {
    if (digested != bytes) {
      throw new IllegalStateException(digested + " bytes were read, not " + bytes);
    }
    return crc.digest();
  }

  @Override
  public long size() throws IOException {
    return source.size();
  }

  @Override
  public void readFully(long position, ByteBuffer target) throws IOException {
    ByteBuffer read = target.duplicate();
    int count = read.remaining();
    source.readFully(position, target);
    long known = digested - position;
    if (known >= 0 && known < count) {
      crc.update(read.position(read.position() + (int) known));
      digested = position + count;
    }
  }
}
