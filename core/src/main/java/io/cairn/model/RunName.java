// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
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

  /**
   * The run of what has a name of another kind, such as a model. A text that is no name of a run
   * becomes one: characters it cannot have become {@code -}, and so that two texts do not become
   * one run, the first 8 digits of the text's SHA-256 are its end.
   *
   * @param text any text; an empty one is no name, and becomes {@link #UNNAMED}
   * @return the text itself, if it is a name of a run
   */
  public static RunName of(String text) {
    if (text.isEmpty() || VALID.matcher(text).matches()) {
      return text.isEmpty() ? UNNAMED : new RunName(text);
    }
    String valid = text.replaceAll("[^A-Za-z0-9_-]", "-").replaceFirst("^[_-]+", "");
    String begin = valid.isEmpty() ? UNNAMED.value : valid;
    String end = "-" + digest(text);
    return new RunName(
        begin.substring(0, Math.min(MAX_CHARS - end.length(), begin.length())) + end);
  }

  private static String digest(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      byte[] sha = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(sha, 0, Integer.BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
