// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Which texts may be written into files, and in which order. */
final class Text {

  /** The longest name of a tensor, a value or a metric, in characters. */
  static final int MAX_NAME_CHARS = 512;

  private static final Pattern SECTION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
  private static final int MAX_SHOWN_CHARS = 80;
  private static final int MAX_MESSAGE_CHARS = 600;

  private Text() {}

  /**
   * Checks the name of a section.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static void requireSectionName(String name) {
    if (!SECTION.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A section name is 1 to 64 letters, digits, '-', '_' or '.' and starts with a letter or"
              + " digit, but this one is '"
              + printable(name, MAX_SHOWN_CHARS)
              + "'");
    }
  }

  /**
   * Checks the name of something in a section.
   *
   * @throws IllegalArgumentException if it has another form
   */
  static void requireName(String what, String name) {
    requireName(what, name, MAX_NAME_CHARS);
  }

  /** The same for a name that may not have as many characters. */
  static void requireName(String what, String name, int maxChars) {
    boolean control = name.chars().anyMatch(Character::isISOControl);
    if (name.isEmpty() || name.length() > maxChars || control || !isUnicode(name)) {
      throw new IllegalArgumentException(
          "The name of a "
              + what
              + " is 1 to "
              + maxChars
              + " characters without control characters, but this one is '"
              + printable(name, MAX_SHOWN_CHARS)
              + "' ("
              + name.length()
              + " characters)");
    }
  }

  /**
   * Checks that a text can be written.
   *
   * @throws IllegalArgumentException if it holds half a surrogate pair
   */
  static void requireUnicode(String what, String text) {
    if (!isUnicode(text)) {
      throw new IllegalArgumentException(
          "The text of "
              + what
              + " holds half a surrogate pair and cannot be written as UTF-8; store bytes as a"
              + " tensor");
    }
  }

  /** Whether every surrogate has its other half. */
  static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /**
   * A text from a file as it may stand in a message: not longer than a line or a few, no control
   * characters that would forge lines of a log.
   */
  static String printable(String text, int maxChars) {
    String start = text.length() <= maxChars ? text : text.substring(0, maxChars) + "...";
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  /** A message that quotes a file. */
  static String message(String text) {
    return printable(text, MAX_MESSAGE_CHARS);
  }

  /** An immutable copy, sorted by UTF-16 code units: the order of everything in our files. */
  static <V> SortedMap<String, V> sortedCopy(Map<String, ? extends V> map) {
    SortedMap<String, V> copy = new TreeMap<>();
    copy.putAll(map);
    return Collections.unmodifiableSortedMap(copy);
  }
}
