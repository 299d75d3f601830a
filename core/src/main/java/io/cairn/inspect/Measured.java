// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.util.regex.Pattern;

/**
 * What a training measured of itself, times among it: no two trainings have the same, and nothing
 * is learned from it. It is the section {@code metrics}, in which frameworks keep what they
 * measured, and values that are named {@code elapsed}, or begin so behind a dot.
 */
public final class Measured {
  private static final Pattern NAME =
      Pattern.compile("(part \\d+ )?(metrics/.*|.*[/.]elapsed[A-Za-z]*)");

  private Measured() {}

  /**
   * Whether something in a snapshot was measured.
   *
   * @param name of a tensor or value, with its section
   * @return true if it says nothing of the state
   */
  public static boolean is(String name) {
    return NAME.matcher(name).matches();
  }
}
