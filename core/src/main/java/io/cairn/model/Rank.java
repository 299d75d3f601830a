// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/**
 * Which worker of how many.
 *
 * @param index this worker, from 0
 * @param worldSize how many workers train together
 */
public record Rank(int index, int worldSize) {

  /** The most workers a run can have; names hold five digits. */
  public static final int MAX_WORLD_SIZE = 99_999;

  /** One worker alone. */
  public static final Rank SINGLE = new Rank(0, 1);

  /**
   * Checks the range.
   *
   * @param index this worker
   * @param worldSize how many workers train together
   * @throws IllegalArgumentException unless {@code 0 <= index < worldSize <= 99,999}
   */
  public Rank {
    if (worldSize < 1 || worldSize > MAX_WORLD_SIZE || index < 0 || index >= worldSize) {
      throw new IllegalArgumentException(
          "Rank must be 0 <= rank < world size <= "
              + MAX_WORLD_SIZE
              + ", but is rank "
              + index
              + " of "
              + worldSize);
    }
  }

  /**
   * Whether this worker writes what is the same on all.
   *
   * @return true for rank 0
   */
  public boolean isLeader() {
    return index == 0;
  }

  @Override
  public String toString() {
    return index + "/" + worldSize;
  }
}
