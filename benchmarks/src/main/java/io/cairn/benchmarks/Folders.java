// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where benchmarks write: all in one folder, on the same disk. */
final class Folders {
  private static final String PROPERTY = "cairn.benchmarks.folder";

  /**
   * While the kernel frees a large file that was dropped, a copy of memory takes twice as long:
   * this is more than it goes on after the name is gone.
   */
  private static final int REST_MILLIS = 200;

  private Folders() {}

  /** Waits until the disk is idle, as it mostly is between two snapshots of a training. */
  static void rest() throws InterruptedException {
    Thread.sleep(REST_MILLIS);
  }

  /** The folder for results; {@value #PROPERTY} says where. */
  static Path results() throws IOException {
    return Files.createDirectories(Path.of(System.getProperty(PROPERTY, "target")));
  }

  /** A new folder for one benchmark's files. */
  static Path create() throws IOException {
    return Files.createTempDirectory(results(), "benchmark-");
  }

  static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(folder)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
