// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

/**
 * How a tensor differs between two snapshots.
 *
 * @param part the part it lies in
 * @param name section and name
 * @param kind whether and how it changed
 * @param before type and shape in the first snapshot; empty if it is not there
 * @param after type and shape in the second snapshot; empty if it is not there
 * @param normBefore the norm in the first; NaN unless its numbers were compared
 * @param normAfter the norm in the second; NaN unless its numbers were compared
 * @param distance the norm of the difference; NaN unless its numbers were compared
 * @param largest the largest difference of two numbers; NaN unless its numbers were compared
 */
public record TensorDiff(
    int part,
    String name,
    Kind kind,
    String before,
    String after,
    double normBefore,
    double normAfter,
    double distance,
    double largest) {

  /** Whether and how a tensor changed. */
  public enum Kind {
    /** The same bytes. */
    SAME,
    /** Other bytes of the same type and shape. */
    CHANGED,
    /** Another type or shape. */
    RESHAPED,
    /** In the second snapshot only. */
    ADDED,
    /** In the first snapshot only. */
    REMOVED
  }

  /**
   * How far the tensor moved, measured by its size before.
   *
   * @return 0 if it is the same; infinite if it was all zeros and is no more; NaN if its numbers
   *     were not compared
   */
  public double relativeChange() {
    return kind == Kind.SAME || distance == 0 ? 0 : distance / normBefore;
  }
}
