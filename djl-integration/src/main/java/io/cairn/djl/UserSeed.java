// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.engine.Engine;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Tells the seed a user gave to an engine from the seeds set here: an engine knows only its last
 * one.
 */
final class UserSeed {
  private static final Map<Engine, Known> KNOWN = Collections.synchronizedMap(new WeakHashMap<>());

  private record Known(Optional<Integer> userSeed, int seed) {}

  private UserSeed() {}

  /** The seed the user set last, if any. */
  static Optional<Integer> of(Engine engine) {
    Optional<Integer> current = Optional.ofNullable(engine.getSeed());
    Known known = KNOWN.get(engine);
    boolean ours = known != null && current.equals(Optional.of(known.seed));
    return ours ? known.userSeed : current;
  }

  /** Seeds an engine without forgetting the user's seed. */
  static void override(Engine engine, int seed) {
    KNOWN.put(engine, new Known(of(engine), seed));
    engine.setRandomSeed(seed);
  }
}
