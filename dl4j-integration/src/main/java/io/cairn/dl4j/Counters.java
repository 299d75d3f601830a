// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

/** What DL4J counts while it trains, whatever it trains. */
abstract class Counters {

  /** How many updates were made; schedules and updaters depend on it. */
  abstract int iterations();

  /** How many epochs are complete; schedules depend on it. */
  abstract int epochs();

  /** The score of the last batch. */
  abstract double score();

  abstract void score(double score);

  /** Sets both counters; DL4J tells the layers before each forward pass. */
  abstract void counters(int iterations, int epochs);
}
