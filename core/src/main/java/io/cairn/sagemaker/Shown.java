// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

/** How a text of somebody else's appears in a message. */
final class Shown {
  private static final int MAX_CHARS = 80;

  private Shown() {}

  /** The text cut to one short line. */
  static String of(String text) {
    String start = text.substring(0, Math.min(text.length(), MAX_CHARS));
    return start.replaceAll("\\R|\\p{Cntrl}", " ") + (start.length() < text.length() ? "..." : "");
  }
}
