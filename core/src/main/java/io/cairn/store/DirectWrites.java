// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.nio.file.OpenOption;
import java.util.Optional;

/**
 * Writes past the page cache ({@code O_DIRECT}). The only API for them is {@code
 * com.sun.nio.file.ExtendedOpenOption}. It is looked up by reflection because a JVM may be built
 * without its module, {@code jdk.unsupported}, and because newer compilers' warning about it cannot
 * be suppressed.
 */
public final class DirectWrites {
  private DirectWrites() {}

  /**
   * What opens a file for them. Not every file system can do them.
   *
   * @return the option, empty if this JVM has none
   */
  public static Optional<OpenOption> option() {
    try {
      Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return Optional.of((OpenOption) options.getField("DIRECT").get(null));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
