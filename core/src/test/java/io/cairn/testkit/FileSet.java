// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.store.Disk;
import io.cairn.store.ReadableFile;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whole small files by name, wherever they are. */
public interface FileSet {

  /** The names of all files. */
  SortedSet<String> names() throws IOException;

  /** A file's bytes; {@link NoSuchFileException} if it is not there. */
  byte[] read(String name) throws IOException;

  /** Creates or replaces a file. */
  void write(String name, byte[] bytes) throws IOException;

  /** Deletes a file if it is there. */
  void delete(String name) throws IOException;

  /** All files with their bytes, less those that vanish meanwhile. */
  default SortedMap<String, byte[]> contents() throws IOException {
    SortedMap<String, byte[]> contents = new TreeMap<>();
    for (String name : names()) {
      readIfStillThere(name).ifPresent(bytes -> contents.put(name, bytes));
    }
    return contents;
  }

  private Optional<byte[]> readIfStillThere(String name) throws IOException {
    try {
      return Optional.of(read(name));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** The files of a map, which is changed in place. */
  static FileSet of(Map<String, byte[]> files) {
    return new FileSet() {
      @Override
      public SortedSet<String> names() {
        return new TreeSet<>(files.keySet());
      }

      @Override
      public byte[] read(String name) throws IOException {
        byte[] bytes = files.get(name);
        if (bytes == null) {
          throw new NoSuchFileException(name);
        }
        return bytes.clone();
      }

      @Override
      public void write(String name, byte[] bytes) {
        files.put(name, bytes.clone());
      }

      @Override
      public void delete(String name) {
        files.remove(name);
      }
    };
  }

  /** The regular files of a folder. */
  static FileSet in(Path folder) {
    return new FileSet() {
      @Override
      public SortedSet<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
          return entries
              .filter(Files::isRegularFile)
              .map(entry -> entry.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
        }
      }

      @Override
      public byte[] read(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
      }

      @Override
      public void write(String name, byte[] bytes) throws IOException {
        Files.write(folder.resolve(name), bytes);
      }

      @Override
      public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
      }
    };
  }

  /** The files of a disk; of a {@link CrashDisk}, usually its {@link CrashDisk#neighbour}. */
  static FileSet on(Disk disk) {
    return new FileSet() {
      @Override
      public SortedSet<String> names() throws IOException {
        List<StoredFile> files = disk.list();
        return files.stream().map(StoredFile::name).collect(Collectors.toCollection(TreeSet::new));
      }

      @Override
      public byte[] read(String name) throws IOException {
        try (ReadableFile file = disk.open(name)) {
          ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
          file.readFully(0, bytes);
          return bytes.array();
        }
      }

      @Override
      public void write(String name, byte[] bytes) throws IOException {
        disk.delete(name);
        try (Disk.OpenFile file = disk.create(name)) {
          file.write(ByteBuffer.wrap(bytes));
        }
      }

      @Override
      public void delete(String name) throws IOException {
        disk.delete(name);
      }
    };
  }
}
