// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.util.ArrayList;
import java.util.List;

/** Counts through all sequences of choices, depth first, like an odometer. */
final class EveryChoice implements Choices {
  private final List<Choice> trail = new ArrayList<>();
  private int position;

  @Override
  public int next(int bound) {
    if (position == trail.size()) {
      trail.add(new Choice(0, bound));
    }
    Choice choice = trail.get(position++);
    if (choice.bound != bound) {
      throw new IllegalStateException(
          "Choice %d was one of %d before and is one of %d now: something but the choices varies"
              .formatted(position, choice.bound, bound));
    }
    return choice.value;
  }

  @Override
  public int sample(int bound) {
    return bound / 2;
  }

  /** Moves on to the next sequence; false if all were met. */
  boolean advance() {
    position = 0;
    while (!trail.isEmpty()) {
      Choice last = trail.remove(trail.size() - 1);
      if (last.value + 1 < last.bound) {
        trail.add(new Choice(last.value + 1, last.bound));
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return trail.stream().map(Choice::value).toList().toString();
  }

  private record Choice(int value, int bound) {}
}
