// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.time.Duration;

/** The rules that arguments of policies follow, and their words. */
final class Check {
  private Check() {}

  static void atLeastOne(String what, String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " needs " + name + " >= 1, but is " + value);
    }
  }

  static void positive(String what, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          what + " needs a duration of more than zero, but is " + value);
    }
  }

  static void metric(String what, String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException(
          what + " needs the name of a metric, but is '" + name + "'");
    }
  }

  static void notEmpty(String what, int size) {
    if (size == 0) {
      throw new IllegalArgumentException(what + " needs at least one policy, but has none");
    }
  }
}
