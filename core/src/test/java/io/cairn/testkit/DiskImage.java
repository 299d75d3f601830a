// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A folder as processes see it, and what of it would survive a power loss. */
final class DiskImage {
  private final SortedMap<String, Inode> now = new TreeMap<>();
  private final SortedMap<String, Inode> durable = new TreeMap<>();
  private final List<Change> pending = new ArrayList<>();

  static DiskImage durable(Map<String, byte[]> files) {
    DiskImage image = new DiskImage();
    files.forEach((name, bytes) -> image.now.put(name, Inode.durable(bytes)));
    image.forceFolder();
    return image;
  }

  SortedMap<String, Inode> files() {
    return now;
  }

  Inode find(String name) throws NoSuchFileException {
    Inode inode = now.get(name);
    if (inode == null) {
      throw new NoSuchFileException(name);
    }
    return inode;
  }

  Inode create(String name) {
    Inode existing = now.get(name);
    if (existing != null) {
      existing.truncate();
      return existing;
    }
    Inode inode = new Inode();
    change(new Change("", name, inode));
    return inode;
  }

  void rename(String from, String to) throws NoSuchFileException {
    change(new Change(from, to, find(from)));
  }

  void delete(String name) {
    Inode inode = now.get(name);
    if (inode != null) {
      change(new Change(name, "", inode));
    }
  }

  void forceFolder() {
    durable.clear();
    durable.putAll(now);
    pending.clear();
  }

  long bytes() {
    return now.values().stream().mapToLong(Inode::length).sum();
  }

  private void change(Change change) {
    change.applyTo(now);
    pending.add(change);
  }

  /** The same folder for the next process: nothing lost, nothing more durable than before. */
  DiskImage copy() {
    Map<Inode, Inode> copies = new HashMap<>();
    DiskImage copy = new DiskImage();
    now.forEach((name, inode) -> copy.now.put(name, copyOf(inode, copies)));
    durable.forEach((name, inode) -> copy.durable.put(name, copyOf(inode, copies)));
    pending.forEach(change -> copy.pending.add(change.with(copyOf(change.inode, copies))));
    return copy;
  }

  private static Inode copyOf(Inode inode, Map<Inode, Inode> copies) {
    return copies.computeIfAbsent(inode, Inode::copy);
  }

  /** What a power loss may leave. */
  SortedMap<String, byte[]> afterPowerLoss(CrashDisk.Loss loss, Choices choices) {
    SortedMap<String, Inode> left = new TreeMap<>(durable);
    int prefix = loss == CrashDisk.Loss.NEWEST_CHANGES ? choices.next(pending.size() + 1) : -1;
    for (int i = 0; i < pending.size(); i++) {
      boolean survives = prefix < 0 ? choices.next(2) == 0 : i < prefix;
      if (survives) {
        pending.get(i).applyTo(left);
      }
    }
    SortedMap<String, byte[]> files = new TreeMap<>();
    left.forEach((name, inode) -> files.put(name, inode.afterPowerLoss(choices)));
    return files;
  }

  /** One change of the folder; "" where a name neither goes nor comes. */
  private record Change(String gone, String here, Inode inode) {

    /** Does nothing if the name it starts from was itself lost. */
    void applyTo(SortedMap<String, Inode> folder) {
      if (!gone.isEmpty() && !folder.remove(gone, inode)) {
        return;
      }
      if (!here.isEmpty()) {
        folder.put(here, inode);
      }
    }

    Change with(Inode other) {
      return new Change(gone, here, other);
    }
  }
}
