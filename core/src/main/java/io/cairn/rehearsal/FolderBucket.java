// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Objects as files. An upload is a file outside of the objects until it is renamed to its key. */
final class FolderBucket implements Bucket {
  private final Path objects;
  private final Path uploads;
  private final AtomicLong next = new AtomicLong();

  FolderBucket(Path folder) {
    this.objects = folder.resolve("objects");
    this.uploads = folder.resolve("uploads");
  }

  @Override
  public OptionalLong put(String key, Path file) throws IOException {
    Path object = object(key);
    Files.createDirectories(uploads);
    Path upload = uploads.resolve("upload-" + next.incrementAndGet());
    try {
      Files.copy(file, upload, REPLACE_EXISTING);
      long bytes = Files.size(upload);
      Files.createDirectories(object.getParent());
      Files.move(upload, object, ATOMIC_MOVE, REPLACE_EXISTING);
      return OptionalLong.of(bytes);
    } finally {
      Files.deleteIfExists(upload);
    }
  }

  @Override
  public void get(String key, Path file) throws IOException {
    Files.copy(object(key), file);
  }

  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(object(key));
  }

  @Override
  public SortedMap<String, Long> list(String prefix) throws IOException {
    SortedMap<String, Long> sizes = new TreeMap<>();
    for (FolderScan.Found file : FolderScan.of(objects)) {
      if (file.name().startsWith(prefix)) {
        sizes.put(file.name(), file.bytes());
      }
    }
    return sizes;
  }

  private Path object(String key) throws IOException {
    Path object = objects.resolve(key).normalize();
    if (!object.startsWith(objects) || object.equals(objects)) {
      throw new FileSystemException(key, null, "Not a key of an object");
    }
    return object;
  }

  @Override
  public String toString() {
    return objects.toString();
  }
}
