// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.io.Console;
import java.util.Optional;

/** Whether somebody watches. */
final class Terminal {
  private Terminal() {}

  /** Whether both input and output are a terminal. */
  static boolean isWatched() {
    return Optional.ofNullable(System.console()).filter(Terminal::isTerminal).isPresent();
  }

  /** Before Java 22 there is a console only on a terminal; later, it can tell. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
