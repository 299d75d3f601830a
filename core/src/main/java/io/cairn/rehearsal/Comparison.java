// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.util.List;

/**
 * How the result compares with that of an uninterrupted training.
 *
 * @param compared what was compared, in words; empty if there was nothing
 * @param differences one line for each difference
 * @param missing what was to be compared and is in neither of the two, in words
 */
public record Comparison(List<String> compared, List<String> differences, List<String> missing) {

  /**
   * Copies the lists.
   *
   * @param compared what was compared
   * @param differences one line for each difference
   * @param missing what was to be compared and is in neither of the two
   */
  public Comparison {
    compared = List.copyOf(compared);
    differences = List.copyOf(differences);
    missing = List.copyOf(missing);
  }
}
