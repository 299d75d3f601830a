// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A command of ours in a process of its own, whose class path has what the jar of the commands has:
 * no framework, nothing of the test.
 *
 * @param status the exit status
 * @param output both streams
 */
public record CommandLineRun(int status, String output) {
  private static final List<String> LIBRARIES =
      List.of("picocli", "jackson-core-", "zstd-jni", "slf4j-api");

  /** Runs a command. */
  public static CommandLineRun of(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", classPath(), "io.cairn.cli.Main"));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandLineRun(process.waitFor(), output);
  }

  private static String classPath() {
    String ours = mainClasses();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.equals(ours) || isLibrary(entry))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The jar or folder that has the commands; the test kit has its own. */
  private static String mainClasses() {
    try {
      Class<?> main = Class.forName("io.cairn.cli.Main");
      return Path.of(main.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (ReflectiveOperationException | java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isLibrary(String entry) {
    String name = Path.of(entry).getFileName().toString();
    return LIBRARIES.stream().anyMatch(name::startsWith);
  }
}
