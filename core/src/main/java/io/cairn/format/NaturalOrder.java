// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.util.Comparator;

/**
 * Names as people count: {@code layer2} before {@code layer10}. States name, and allocate, numbered
 * tensors in that order; where the file has the same, memory is read from front to back.
 *
 * <p>Runs of the digits 0 to 9 are compared by value, all else by UTF-16 code units; of names that
 * differ in leading zeros only, by code units again.
 */
final class NaturalOrder implements Comparator<String> {
  /** The only one; it has no state. */
  static final Comparator<String> INSTANCE = new NaturalOrder();

  private NaturalOrder() {}

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int order;
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        int startOfA = skipZeros(a, i);
        int startOfB = skipZeros(b, j);
        i = skipDigits(a, startOfA);
        j = skipDigits(b, startOfB);
        order = compareNumbers(a, startOfA, i, b, startOfB, j);
      } else {
        order = Character.compare(a.charAt(i++), b.charAt(j++));
      }
      if (order != 0) {
        return order;
      }
    }
    int order = Integer.compare(a.length() - i, b.length() - j);
    return order != 0 ? order : a.compareTo(b);
  }

  /** Of numbers without leading zeros the longer one is larger. */
  private static int compareNumbers(
      String a, int startOfA, int endOfA, String b, int startOfB, int endOfB) {
    int order = Integer.compare(endOfA - startOfA, endOfB - startOfB);
    for (int k = 0; order == 0 && k < endOfA - startOfA; k++) {
      order = Character.compare(a.charAt(startOfA + k), b.charAt(startOfB + k));
    }
    return order;
  }

  private static int skipZeros(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == '0') {
      at++;
    }
    return at;
  }

  private static int skipDigits(String text, int from) {
    int at = from;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
