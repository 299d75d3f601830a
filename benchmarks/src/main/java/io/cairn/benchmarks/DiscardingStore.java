// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import io.cairn.store.PendingFile;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** Keeps nothing: what it costs to write into it is the encoding alone. */
final class DiscardingStore implements Store {
  @Override
  public List<StoredFile> list() {
    return List.of();
  }

  @Override
  public ReadableFile open(String name) throws NoSuchFileException {
    throw new NoSuchFileException(name);
  }

  @Override
  public PendingFile create(String name) {
    return new PendingFile() {
      @Override
      public void write(ByteBuffer source) {
        source.position(source.limit());
      }

      @Override
      public void publish() {}

      @Override
      public void close() {}
    };
  }

  @Override
  public void delete(String name) {}

  @Override
  public List<String> abandoned() {
    return List.of();
  }

  @Override
  public void deleteAbandoned(String name) {}
}
