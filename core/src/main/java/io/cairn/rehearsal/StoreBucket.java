// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import io.cairn.store.PendingFile;
import io.cairn.store.ReadableFile;
import io.cairn.store.Store;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** A bucket in a store, whose place is the URI: it takes plain names below it. */
final class StoreBucket implements Bucket {
  private static final int PIECE = 1 << 20;

  private final Store store;

  StoreBucket(Store store) {
    this.store = store;
  }

  @Override
  public synchronized OptionalLong put(String key, Path file) throws IOException {
    String name = name(key);
    if (name.contains("/") || Files.size(file) == 0) {
      return OptionalLong.empty();
    }
    store.deleteAbandoned(name); // of a rehearsal that was killed
    try (FileChannel source = FileChannel.open(file);
        PendingFile object = store.create(name)) {
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      long bytes = 0;
      while (source.read(piece.clear()) >= 0) {
        bytes += piece.flip().remaining();
        object.write(piece);
      }
      store.delete(name); // files of a store never change, objects do
      object.publish();
      return OptionalLong.of(bytes);
    }
  }

  @Override
  public void get(String key, Path file) throws IOException {
    try (ReadableFile object = store.open(name(key));
        FileChannel target =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer piece = ByteBuffer.allocate(PIECE);
      long size = object.size();
      for (long at = 0; at < size; at += piece.limit()) {
        object.readFully(at, piece.clear().limit((int) Math.min(PIECE, size - at)));
        piece.flip();
        while (piece.hasRemaining()) {
          target.write(piece);
        }
      }
    }
  }

  @Override
  public void delete(String key) throws IOException {
    String name = name(key);
    if (!name.contains("/")) {
      store.delete(name);
    }
  }

  @Override
  public SortedMap<String, Long> list(String prefix) throws IOException {
    SortedMap<String, Long> sizes = new TreeMap<>();
    for (StoredFile file : store.list()) {
      String key = Workplace.PREFIX + file.name();
      if (key.startsWith(prefix)) {
        sizes.put(key, file.bytes());
      }
    }
    return sizes;
  }

  private static String name(String key) throws IOException {
    if (!key.startsWith(Workplace.PREFIX)) {
      throw new FileSystemException(key, null, "Not below the URI; neighbours need a folder");
    }
    return key.substring(Workplace.PREFIX.length());
  }

  @Override
  public String toString() {
    return store.toString();
  }
}
