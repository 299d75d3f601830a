// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.time.Duration;

/** Which times a rehearsal takes. */
final class Times {
  /** The nanoseconds of 300 years are no longer a long. */
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Times() {}

  /**
   * Lets a time pass that can be counted in nanoseconds.
   *
   * @param what whose time, as a message begins
   * @throws IllegalArgumentException if it is negative or too long
   */
  static Duration countable(String what, Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException(what + " is negative: " + time);
    }
    if (time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          what + " is longer than " + LONGEST.toDays() + " days: " + time);
    }
    return time;
  }
}
