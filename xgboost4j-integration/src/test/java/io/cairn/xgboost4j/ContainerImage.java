// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The image of {@code docs/example-container} without an engine for it: a folder laid out as its
 * Dockerfile says, from what Maven would make.
 */
final class ContainerImage {
  static final Path SOURCE = Path.of("..", "docs", "example-container");

  /** What Maven resolves for its pom.xml, by the beginnings of the files' names. */
  private static final List<String> LIBRARIES =
      List.of(
          "cairn-core",
          "cairn-xgboost4j",
          "commons-logging",
          "jackson-annotations",
          "jackson-core",
          "jackson-databind",
          "kryo",
          "minlog",
          "objenesis",
          "reflectasm",
          "slf4j-api",
          "slf4j-simple",
          "xgboost4j_",
          "zstd-jni");

  private final Path root;
  private final List<String> lines;

  private ContainerImage(Path root) throws IOException {
    this.root = root;
    this.lines = Files.readAllLines(SOURCE.resolve("Dockerfile"));
  }

  /** Builds it. */
  static ContainerImage build(Path folder) throws IOException {
    ContainerImage image = new ContainerImage(folder.resolve("image"));
    Path build = folder.resolve("build");
    image.compile(build);
    image.copyAll(build);
    return image;
  }

  /** Where the container's process starts. */
  Path workingFolder() {
    return inImage(one("WORKDIR (\\S+)").group(1));
  }

  /** Program and arguments. */
  List<String> entryPoint() throws IOException {
    String words = one("ENTRYPOINT (\\[.*\\])").group(1);
    return List.of(new ObjectMapper().readValue(words, String[].class));
  }

  private Matcher one(String regex) {
    List<Matcher> found =
        lines.stream().map(Pattern.compile(regex)::matcher).filter(Matcher::matches).toList();
    if (found.size() != 1) {
      throw new AssertionError("There are " + found.size() + " lines " + regex + ": " + lines);
    }
    return found.get(0);
  }

  private Path inImage(String path) {
    return root.resolve(path.substring(1));
  }

  /** The lines {@code COPY}. */
  private void copyAll(Path build) throws IOException {
    Files.createDirectories(workingFolder());
    for (String line : lines) {
      Matcher copy = Pattern.compile("COPY (target/\\S+) (\\S+)").matcher(line);
      if (copy.matches()) {
        Path from = build.resolve(copy.group(1));
        Path to = workingFolder().resolve(copy.group(2)).normalize();
        boolean intoFolder = copy.group(2).endsWith("/") || Files.isDirectory(to);
        copy(from, Files.isRegularFile(from) && intoFolder ? to.resolve(from.getFileName()) : to);
      } else if (line.startsWith("COPY")) {
        throw new AssertionError("Not understood: " + line);
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /** What {@code mvn package} makes: the training's jar, and the libraries beside it. */
  private void compile(Path build) throws IOException {
    Path classes = Files.createDirectories(build.resolve("classes"));
    Path libraries = Files.createDirectories(build.resolve("target/lib"));
    List<String> arguments =
        new ArrayList<>(List.of("--release", "17", "-d", classes.toString(), "-cp", libraries()));
    try (Stream<Path> sources = Files.walk(SOURCE.resolve("src/main/java"))) {
      sources.map(Path::toString).filter(name -> name.endsWith(".java")).forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (status != 0) {
      throw new AssertionError("The example does not compile: status " + status);
    }
    copy(SOURCE.resolve("src/main/resources"), classes);
    pack(classes, build.resolve("target/train.jar"));
    for (Path library : (Iterable<Path>) entries().stream()::iterator) {
      String name = name(library) + (Files.isDirectory(library) ? ".jar" : "");
      if (Files.isDirectory(library)) {
        pack(library, libraries.resolve(name));
      } else {
        Files.copy(library, libraries.resolve(name));
      }
    }
  }

  private static String libraries() {
    return String.join(File.pathSeparator, entries().stream().map(Path::toString).toList());
  }

  /** Those of this process's class path that the example has. */
  private static List<Path> entries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .filter(entry -> LIBRARIES.stream().anyMatch(name(entry)::startsWith))
        .filter(entry -> !name(entry).endsWith("-tests.jar"))
        .toList();
  }

  /** A module of this build is a folder {@code target/classes} until it is packed. */
  private static String name(Path entry) {
    if (!entry.endsWith(Path.of("target", "classes"))) {
      return entry.getFileName().toString();
    }
    String module = entry.toAbsolutePath().getParent().getParent().getFileName().toString();
    return "cairn-" + module.replace("-integration", "");
  }

  private static void pack(Path folder, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(out);
        Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        entries.putNextEntry(
            new JarEntry(folder.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, entries);
        entries.closeEntry();
      }
    }
  }
}
