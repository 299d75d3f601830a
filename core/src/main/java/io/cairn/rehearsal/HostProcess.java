// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The training on one host: its processes, and its output in a file and to whom it concerns. */
final class HostProcess implements AutoCloseable {
  /** Longer ones are parted: a training may write without end and without a line's end. */
  private static final int MAX_LINE_CHARS = 1 << 16;

  private final Process process;
  private final ProcessTree tree;
  private final Thread pump;

  private HostProcess(Process process, PrintWriter log, Consumer<String> lines) {
    this.process = process;
    this.tree = ProcessGuard.tree(process);
    this.pump = new Thread(() -> pump(log, lines), "output of process " + process.pid());
    pump.setDaemon(true);
  }

  /**
   * Starts a command.
   *
   * @param builder the command
   * @param log takes both streams
   * @param lines is told each line, by a thread of its own
   * @throws IOException if it cannot be started
   */
  static HostProcess start(ProcessBuilder builder, Path log, Consumer<String> lines)
      throws IOException {
    PrintWriter writer = new PrintWriter(Files.newBufferedWriter(log), true);
    Process process;
    try {
      process = ProcessGuard.start(builder.redirectErrorStream(true));
    } catch (IOException e) {
      writer.close();
      throw e;
    }
    HostProcess host = new HostProcess(process, writer, lines);
    host.pump.start();
    process.getOutputStream().close();
    return host;
  }

  private void pump(PrintWriter log, Consumer<String> lines) {
    try (log;
        BufferedReader output =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      int before = '\n';
      for (int next = output.read(); next >= 0; next = output.read()) {
        boolean ends = next == '\n' || next == '\r';
        if (!ends) {
          line.append((char) next);
        }
        boolean ended = next == '\n' && before == '\r';
        if ((ends && !ended) || line.length() == MAX_LINE_CHARS) {
          tell(line, log, lines);
        }
        before = next;
      }
      if (!line.isEmpty()) {
        tell(line, log, lines);
      }
    } catch (IOException e) {
      log.println("(output ended: " + e + ")");
    }
  }

  private static void tell(StringBuilder line, PrintWriter log, Consumer<String> lines) {
    String text = line.toString();
    line.setLength(0);
    log.println(text);
    lines.accept(text);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The status of a process that has ended. */
  int status() {
    return process.exitValue();
  }

  /** Sees which processes it has started. */
  void look() {
    tree.look();
  }

  /** Asks it to end: SIGTERM to its first process. */
  void terminate() {
    tree.terminate();
  }

  /** Kills all its processes; their output is complete after it. */
  @Override
  public void close() {
    try {
      tree.kill();
      process.waitFor();
      pump.join(TimeUnit.SECONDS.toMillis(10));
      ProcessGuard.remove(process);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
