// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What happens to a training while it is rehearsed.
 *
 * @param hosts how many hosts each attempt has; the last number holds for all further ones
 * @param interruptions one for each attempt, until none is left
 * @param grace from SIGTERM to SIGKILL
 * @param limit how long an attempt may take
 * @param sync how the agent behaves
 * @param neighbours files of another job whose S3 prefix begins with this one's
 * @param seed of everything random
 */
record Conditions(
    List<Integer> hosts,
    List<Interruption> interruptions,
    Duration grace,
    Duration limit,
    SyncHabits sync,
    Optional<Path> neighbours,
    long seed) {

  /** The hosts of an attempt, counted from 1. */
  int hosts(int attempt) {
    return hosts.get(Math.min(attempt, hosts.size()) - 1);
  }

  Optional<Interruption> interruption(int attempt) {
    return attempt > interruptions.size()
        ? Optional.empty()
        : Optional.of(interruptions.get(attempt - 1));
  }

  Random random(int attempt, String what) {
    return new Random(seed * 31 + attempt * 1_000_003L + what.hashCode());
  }

  /** The same, undisturbed. */
  Conditions undisturbed() {
    return new Conditions(hosts, List.of(), grace, limit, SyncHabits.USUAL, Optional.empty(), seed);
  }
}
