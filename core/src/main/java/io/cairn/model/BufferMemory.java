// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.nio.ByteBuffer;

/** A byte buffer as tensor memory. */
final class BufferMemory implements TensorMemory {
  private final ByteBuffer memory;

  BufferMemory(ByteBuffer buffer) {
    this.memory = buffer.duplicate().clear();
  }

  @Override
  public long byteSize() {
    return memory.capacity();
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    int at = target.position();
    target.put(at, memory, Math.toIntExact(offset), target.remaining()).position(target.limit());
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    memory.put(Math.toIntExact(offset), source, source.position(), source.remaining());
    source.position(source.limit());
  }
}
