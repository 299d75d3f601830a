// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A small file system of its own, in memory, mounted on a folder: it can be full or read-only. */
public final class Tmpfs implements AutoCloseable {
  private final Path folder;

  private Tmpfs(Path folder) {
    this.folder = folder;
  }

  /** Mounts one; where that is not allowed (Linux and root are needed) the test is skipped. */
  public static Tmpfs mount(Path folder, String size) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")), "Only root can mount file systems");
    String failure = run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder.toString());
    Assumptions.assumeTrue(failure.isEmpty(), () -> "Cannot mount here: " + failure);
    return new Tmpfs(folder);
  }

  /** Refuses every change from now on. */
  public void makeReadOnly() throws IOException, InterruptedException {
    String failure = run("mount", "-o", "remount,ro", folder.toString());
    Assumptions.assumeTrue(failure.isEmpty(), () -> "Cannot mount read-only here: " + failure);
  }

  /** Unmounts it; what was on it is gone. */
  @Override
  public void close() throws IOException {
    try {
      String failure = run("umount", folder.toString());
      if (!failure.isEmpty()) {
        throw new IOException("Still mounted: " + failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Perhaps still mounted: " + folder, e);
    }
  }

  /** What was wrong; empty if nothing. */
  private static String run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return e.getMessage();
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    return exit == 0
        ? ""
        : Stream.concat(Stream.of(command), Stream.of(output)).toList() + " " + exit;
  }
}
