// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.engine.Engine;
import io.cairn.model.CheckpointException;
import io.cairn.model.Fingerprint;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Makes all of DJL's randomness a function of one seed and the position in the training: data order
 * and augmentation, dropout, whatever else draws from the engine's generator or DJL's own. The
 * engine is seeded anew before each step, so no generator's state has to be saved, and where
 * snapshots were taken makes no difference.
 */
final class Randomness implements StateSection {
  private static final String NAME = "rng";
  private static final String SEED = "seed";

  /** Equal positions in different streams must not get equal seeds. */
  private static final long EPOCHS = 1;

  private static final long STEPS = 2;
  private static final long VALIDATIONS = 3;

  private final Engine engine;
  private final Optional<Integer> userSeed;
  private long seed;

  Randomness(Engine engine) {
    this.engine = engine;
    this.userSeed = UserSeed.of(engine);
    this.seed = userSeed.map(Integer::longValue).orElseGet(() -> new SecureRandom().nextLong());
  }

  /** Before the data of an epoch is put into order. */
  void beforeEpoch(long epoch) {
    reseed(EPOCHS, epoch);
  }

  /** Before the data of a step is fetched. */
  void beforeStep(long step) {
    reseed(STEPS, step);
  }

  /** Before the validation at the end of an epoch. */
  void beforeValidation(long epoch) {
    reseed(VALIDATIONS, epoch);
  }

  private void reseed(long stream, long position) {
    long mixed = mix(mix(mix(seed) + stream) + position);
    UserSeed.override(engine, (int) (mixed >>> 32));
  }

  /** The finalizer of SplitMix64: every bit of the input changes half of the output's. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * A seed the user set belongs to the training; one that was chosen here comes with the snapshot.
   */
  void describe(Fingerprint.Builder facts) {
    userSeed.ifPresent(chosen -> facts.identity(SEED, chosen));
  }

  @Override
  public void capture(StateSink sink) {
    sink.section(NAME).value(SEED, seed);
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    SectionSource section = source.section(NAME);
    long saved = section.longValue(SEED);
    source.afterwards(() -> seed = saved);
  }
}
