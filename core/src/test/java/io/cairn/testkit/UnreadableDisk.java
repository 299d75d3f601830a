// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.store.Disk;
import io.cairn.store.ReadableFile;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A disk of which some files are there, but cannot be read.
 *
 * @param disk has the files
 * @param unreadable which cannot be read, by name
 * @param error what opening them throws, by name
 */
public record UnreadableDisk(
    Disk disk, Predicate<String> unreadable, Function<String, IOException> error) implements Disk {

  @Override
  public List<StoredFile> list() throws IOException {
    return disk.list();
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    if (unreadable.test(name)) {
      throw error.apply(name);
    }
    return disk.open(name);
  }

  @Override
  public OpenFile create(String name) throws IOException {
    return disk.create(name);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    disk.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    disk.delete(name);
  }

  @Override
  public void forceFolder() throws IOException {
    disk.forceFolder();
  }

  @Override
  public String toString() {
    return disk.toString();
  }
}
