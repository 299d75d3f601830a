// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.store.Disk;
import io.cairn.store.ReadableFile;
import java.io.IOException;
import java.util.function.Function;
import java.util.function.Predicate;

/** A disk of which some files are there, but cannot be read. */
public final class UnreadableDisk extends OtherDisk {
  private final Predicate<String> unreadable;
  private final Function<String, IOException> error;

  /**
   * A disk whose files cannot all be read.
   *
   * @param disk has the files
   * @param unreadable which cannot be read, by name
   * @param error what opening them throws, by name
   */
  public UnreadableDisk(
      Disk disk, Predicate<String> unreadable, Function<String, IOException> error) {
    super(disk);
    this.unreadable = unreadable;
    this.error = error;
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    if (unreadable.test(name)) {
      throw error.apply(name);
    }
    return super.open(name);
  }
}
