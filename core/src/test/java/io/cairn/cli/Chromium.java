// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless browser that opens one page in a process of its own. */
final class Chromium {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final String program;
  private final Path folder;

  private Chromium(String program, Path folder) {
    this.program = program;
    this.folder = folder;
  }

  /** Skips the test if there is none: Cairn builds with a JDK and Maven alone. */
  static Chromium in(Path folder) {
    Optional<String> found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .flatMap(path -> NAMES.stream().map(name -> Path.of(path, name)))
            .filter(Files::isExecutable)
            .map(Path::toString)
            .findFirst();
    assumeTrue(found.isPresent(), "no Chromium on the PATH: no page is opened");
    return new Chromium(found.get(), folder);
  }

  /** What became of a page. */
  record Page(String dom, String log) {}

  /** The page after its scripts have run, and what the browser logged. */
  Page open(Path page, int width) throws IOException, InterruptedException {
    Path dom = Files.createTempFile(folder, "dom", ".html");
    String log = run(dom, page, width, 900, List.of("--dump-dom"));
    return new Page(Files.readString(dom), log);
  }

  /** A picture of a page, for somebody to look at. */
  void picture(Path page, Path png, int width, int height, boolean dark)
      throws IOException, InterruptedException {
    run(
        Files.createTempFile(folder, "out", ".txt"),
        page,
        width,
        height,
        List.of(
            "--screenshot=" + png,
            "--hide-scrollbars",
            "--blink-settings=preferredColorScheme=" + (dark ? 0 : 1)));
  }

  private String run(Path out, Path page, int width, int height, List<String> what)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "log", ".txt");
    Path profile = Files.createTempDirectory(folder, "profile");
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--enable-logging=stderr",
                "--user-data-dir=" + profile,
                "--window-size=" + width + "," + height,
                "--virtual-time-budget=5000"));
    command.addAll(what);
    command.add(page.toUri().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    try {
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("Chromium ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(log);
  }
}
