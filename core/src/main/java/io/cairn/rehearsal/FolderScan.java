// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The plain files below a folder; those that vanish meanwhile are left out. */
final class FolderScan {
  private FolderScan() {}

  /**
   * A file.
   *
   * @param name its path in the folder, parted by slashes
   * @param bytes its size
   * @param modified when it was changed last, in milliseconds
   */
  record Found(String name, long bytes, long modified) {}

  /** The files, by name; none if there is no such folder. Links below it are no files. */
  static List<Found> of(Path place) throws IOException {
    List<Found> found = new ArrayList<>();
    Path folder = resolved(place);
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              found.add(
                  new Found(
                      name(folder.relativize(file)),
                      attributes.size(),
                      attributes.lastModifiedTime().toMillis()));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // it vanished, as files here do
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(Comparator.comparing(Found::name));
    return found;
  }

  /** The folder may be a link itself. */
  private static Path resolved(Path folder) throws IOException {
    return Files.exists(folder) ? folder.toRealPath() : folder;
  }

  private static String name(Path path) {
    return StreamSupport.stream(path.spliterator(), false)
        .map(Path::toString)
        .collect(Collectors.joining("/"));
  }

  /** Deletes a folder and all in it; does nothing if it is not there. */
  static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          /** What a training made read-only must go, too. */
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes unused) {
            directory.toFile().setReadable(true);
            directory.toFile().setWritable(true);
            directory.toFile().setExecutable(true);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
