// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.regex.Pattern;

/**
 * The name of a run: the first part of all its files.
 *
 * @param value 1 to 63 letters, digits, {@code -} or {@code _}, starting with a letter or digit;
 *     every SageMaker job name is one
 */
public record RunName(String value) {
  /** The most characters a name has. */
  public static final int MAX_CHARS = 63;

  private static final Pattern VALID =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0," + (MAX_CHARS - 1) + "}");

  /** The run of a training that neither its settings nor its model name. */
  public static final RunName UNNAMED = new RunName("training");

  /**
   * Checks the form.
   *
   * @param value the name
   * @throws IllegalArgumentException if the name has another form
   */
  public RunName {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "A run name is 1 to 63 letters, digits, '-' or '_' and starts with a letter or digit,"
              + " but this one is '"
              + value
              + "'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
