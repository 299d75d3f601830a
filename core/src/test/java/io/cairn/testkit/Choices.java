// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.util.List;
import java.util.Random;

/**
 * Decides wherever a model of the world may go several ways. The same body can run on {@linkplain
 * #random random} choices or, small cases, on {@linkplain #every every} sequence of choices.
 */
public interface Choices {

  /** A number from 0 to {@code bound - 1}; an exhaustive search tries each. */
  int next(int bound);

  /** A number from 0 to {@code bound - 1}; an exhaustive search tries only the middle one. */
  int sample(int bound);

  /** One of several. */
  default <T> T pick(List<T> options) {
    return options.get(next(options.size()));
  }

  /** Choices of a random generator. */
  static Choices random(Random random) {
    return new Choices() {
      @Override
      public int next(int bound) {
        return random.nextInt(bound);
      }

      @Override
      public int sample(int bound) {
        return random.nextInt(bound);
      }
    };
  }

  /**
   * Runs a body once for every sequence of choices it can meet. The body starts afresh each time
   * and depends on nothing but its choices. A failure names the choices made.
   *
   * @param limit fails if there are more sequences than this, as the search was not exhaustive then
   * @return how many sequences there were
   */
  static int every(int limit, Body body) throws Exception {
    EveryChoice choices = new EveryChoice();
    int runs = 0;
    do {
      if (++runs > limit) {
        throw new AssertionError("More than " + limit + " sequences of choices: not exhaustive");
      }
      runNamed(choices, body);
    } while (choices.advance());
    return runs;
  }

  private static void runNamed(EveryChoice choices, Body body) throws Exception {
    try {
      body.run(choices);
    } catch (Exception | AssertionError e) {
      throw new AssertionError("With choices " + choices + ": " + e.getMessage(), e);
    }
  }

  /** What is run on choices. */
  @FunctionalInterface
  interface Body {
    /** Runs once, from its beginning. */
    void run(Choices choices) throws Exception;
  }
}
