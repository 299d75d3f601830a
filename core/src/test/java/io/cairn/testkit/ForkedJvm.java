// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Java process of our own that can be watched and killed. Its output, both streams in one, goes
 * to lines that a test can await and, if asked, to a file. {@link #close} kills it; no other
 * process is ever touched.
 */
public final class ForkedJvm implements AutoCloseable {
  private final Process process;
  private final Thread pump;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  private ForkedJvm(Process process, Optional<PrintWriter> log) {
    this.process = process;
    this.pump = new Thread(() -> pump(log), "output of process " + process.pid());
    pump.setDaemon(true);
    pump.start();
  }

  /** Starts to describe a process that runs a main class on the class path of this one. */
  public static Builder running(Class<?> main) {
    return running(main.getName());
  }

  /** Starts to describe a process that runs a main class on the class path of this one. */
  public static Builder running(String main) {
    return new Builder(main);
  }

  /** Homes of the Java versions to test with: the running one and a Java 25, if one is found. */
  public static List<Path> javaHomes() {
    Path running = Path.of(System.getProperty("java.home"));
    Set<Path> homes = new LinkedHashSet<>(List.of(running));
    Stream.of("JAVA_HOME_25", "JDK25_HOME")
        .map(System::getenv)
        .filter(Objects::nonNull)
        .map(Path::of)
        .filter(ForkedJvm::isJava25)
        .forEach(homes::add);
    if (homes.size() == 1) {
      siblings(running).filter(ForkedJvm::isJava25).findFirst().ifPresent(homes::add);
    }
    return List.copyOf(homes);
  }

  private static Stream<Path> siblings(Path home) {
    File[] siblings = home.getParent().toFile().listFiles(File::isDirectory);
    return siblings == null ? Stream.of() : Stream.of(siblings).sorted().map(File::toPath);
  }

  private static boolean isJava25(Path home) {
    try {
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"25");
    } catch (IOException e) {
      return false;
    }
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** All output so far. */
  public List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** The first line in which the expression is found, past or to come; fails if none comes. */
  public String awaitLine(String regex, Duration timeout) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (lines) {
      for (int next = 0; ; next++) {
        if (!awaitMoreThan(next, deadline)) {
          throw new AssertionError(
              "No line like '%s' within %s in: %s".formatted(regex, timeout, lines));
        }
        if (pattern.matcher(lines.get(next)).find()) {
          return lines.get(next);
        }
      }
    }
  }

  /** A line by its number from 0, past or to come; empty if the output ends before. */
  public Optional<String> line(int number, Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (lines) {
      if (awaitMoreThan(number, deadline)) {
        return Optional.of(lines.get(number));
      }
      if (!ended) {
        throw new AssertionError("No line " + number + " within " + timeout + " in: " + lines);
      }
      return Optional.empty();
    }
  }

  /** Waits with the lines locked; false if the output ended before, or the time. */
  private boolean awaitMoreThan(int count, long deadline) throws InterruptedException {
    while (lines.size() <= count) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (ended || left <= 0) {
        return false;
      }
      lines.wait(left);
    }
    return true;
  }

  /** Kills it at once (SIGKILL), without shutdown hooks, and waits for its end. */
  public void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
    pump.join(TimeUnit.SECONDS.toMillis(10));
  }

  /** Asks it to end (SIGTERM): shutdown hooks run. */
  public void terminate() {
    process.toHandle().destroy(); // Process.destroy would close its output, too
  }

  /** Whether it ends in time. */
  public boolean endsWithin(Duration timeout) throws InterruptedException {
    return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Its exit code; fails if it does not end in time. */
  public int waitFor(Duration timeout) throws InterruptedException {
    if (!endsWithin(timeout)) {
      throw new AssertionError("Still running after " + timeout + ": " + lines());
    }
    pump.join(TimeUnit.SECONDS.toMillis(10));
    return process.exitValue();
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Optional<PrintWriter> log) {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        add(line);
        String written = line;
        log.ifPresent(file -> file.println(written));
      }
    } catch (IOException e) {
      add("output ended: " + e);
    } finally {
      log.ifPresent(PrintWriter::close);
      end();
    }
  }

  private void add(String line) {
    synchronized (lines) {
      lines.add(line);
      lines.notifyAll();
    }
  }

  private void end() {
    synchronized (lines) {
      ended = true;
      lines.notifyAll();
    }
  }

  /** Describes a process. */
  public static final class Builder {
    private final String main;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private Path javaHome = Path.of(System.getProperty("java.home"));
    private String classPath = System.getProperty("java.class.path");
    private Optional<Path> folder = Optional.empty();
    private Optional<Path> log = Optional.empty();

    private Builder(String main) {
      this.main = main;
    }

    /** The Java to run on; the running one if not set. */
    public Builder javaHome(Path home) {
      javaHome = home;
      return this;
    }

    /** The class path; that of this process if not set. */
    public Builder classPath(String path) {
      classPath = path;
      return this;
    }

    /** Adds arguments of the main method. */
    public Builder arguments(Object... values) {
      Stream.of(values).map(Object::toString).forEach(arguments::add);
      return this;
    }

    /** Adds an option of the virtual machine, such as {@code -Xmx64m}. */
    public Builder jvmArgument(String option) {
      jvmArguments.add(option);
      return this;
    }

    /** Sets a system property. */
    public Builder property(String name, Object value) {
      return jvmArgument("-D" + name + "=" + value);
    }

    /** Sets an environment variable on top of those of this process. */
    public Builder environment(String name, Object value) {
      environment.put(name, value.toString());
      return this;
    }

    /** The working folder; that of this process if not set. */
    public Builder folder(Path workingFolder) {
      folder = Optional.of(workingFolder);
      return this;
    }

    /** A file that takes all output. */
    public Builder log(Path file) {
      log = Optional.of(file);
      return this;
    }

    /** Starts it. */
    public ForkedJvm start() throws IOException {
      List<String> command = new ArrayList<>();
      command.add(javaHome.resolve("bin").resolve("java").toString());
      command.addAll(jvmArguments);
      command.addAll(List.of("-cp", classPath, main));
      command.addAll(arguments);
      ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
      process.environment().putAll(environment);
      folder.ifPresent(path -> process.directory(path.toFile()));
      Optional<PrintWriter> writer = Optional.empty();
      if (log.isPresent()) {
        writer = Optional.of(new PrintWriter(Files.newBufferedWriter(log.get()), true));
      }
      return new ForkedJvm(process.start(), writer);
    }
  }
}
