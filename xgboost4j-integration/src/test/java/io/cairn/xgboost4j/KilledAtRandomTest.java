// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import io.cairn.testkit.Repro;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills at random, {@code cairn.test.kills} times: {@code mvn verify -pl xgboost4j-integration -am
 * -Dcairn.test.kills=300} for a long run.
 */
class KilledAtRandomTest {
  private static final int KILLS = Integer.getInteger("cairn.test.kills", 8);
  private static final int MOST_CAPTURES = 4;

  @TempDir Path folder;

  static IntStream trainings() {
    return IntStream.range(0, (KILLS + 1) / 2);
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void endsWithTheSameBits(int number) throws Exception {
    Random random = Repro.random("kill " + number);
    List<Recipe> recipes = List.of(Recipe.values());
    Recipe recipe = recipes.get(random.nextInt(recipes.size()));
    Scripts scripts = new Scripts(recipe, folder, String.valueOf(1 + random.nextInt(4)));
    for (int kill = 0; kill < 2 && !Files.exists(scripts.end()); kill++) {
      scripts.runAndKillAfter(random.nextInt(MOST_CAPTURES), random.nextInt(60));
    }
    if (!Files.exists(scripts.end())) {
      scripts.runToTheEnd();
    }
    scripts.assertSameBitsAsUninterrupted();
  }
}
