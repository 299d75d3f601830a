// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.nio.ByteBuffer;

/** A byte buffer as tensor memory. */
final class BufferMemory implements TensorMemory {
  private final ByteBuffer buffer;

  BufferMemory(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  @Override
  public long byteSize() {
    return buffer.capacity();
  }

  @Override
  public boolean isReadOnly() {
    return buffer.isReadOnly();
  }

  @Override
  public boolean isConcurrent() {
    return true;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    int at = target.position();
    target.put(at, all(), Math.toIntExact(offset), target.remaining()).position(target.limit());
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    all().put(Math.toIntExact(offset), source, source.position(), source.remaining());
    source.position(source.limit());
  }

  /** The limit is the caller's, and seldom used: there may be a hundred thousand buffers. */
  private ByteBuffer all() {
    return buffer.limit() == buffer.capacity() ? buffer : buffer.duplicate().clear();
  }
}
