// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What is logged while it is open: the tests' logger writes to the standard error. */
final class LoggedWarnings implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  LoggedWarnings() {
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
  }

  /** The lines so far that name a class of the integration as their logger. */
  String of(Class<?> logger) {
    return String.join(
        "\n",
        bytes
            .toString(StandardCharsets.UTF_8)
            .lines()
            .filter(line -> line.contains(" WARN " + logger.getName() + " - "))
            .toList());
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
