// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

/** Sentences that are said in two places. */
final class Texts {
  private Texts() {}

  static String wrongSize(String file, long found, long expected) {
    return "Data file '"
        + file
        + "' has "
        + found
        + " bytes, its manifest says "
        + expected
        + "; it was cut or replaced";
  }
}
