// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.store.Disk;
import io.cairn.store.ReadableFile;
import io.cairn.store.StoredFile;
import java.io.IOException;
import java.util.List;

/** Another disk, but for what a test changes. */
public class OtherDisk implements Disk {
  private final Disk disk;

  /** The same as a disk. */
  public OtherDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public List<StoredFile> list() throws IOException {
    return disk.list();
  }

  @Override
  public ReadableFile open(String name) throws IOException {
    return disk.open(name);
  }

  @Override
  public OpenFile create(String name) throws IOException {
    return disk.create(name);
  }

  @Override
  public OpenFile overwrite(String name) throws IOException {
    return disk.overwrite(name);
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
