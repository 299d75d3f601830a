// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import io.cairn.testkit.Repro;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Real processes, really killed: what they end with has the bits of a training left alone. */
class KilledTrainingTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void goesOnWithTheSameBitsWhateverIsTrained(Recipe recipe) throws Exception {
    Random random = Repro.random(recipe.name());
    Scripts scripts = new Scripts(recipe, folder, String.valueOf(1 + random.nextInt(3)));
    scripts.killAt("^committed [3-6]$", random.nextInt(40));
    assertThat(scripts.runToTheEnd().lines()).noneMatch("from 0"::equals);
    scripts.assertSameBitsAsUninterrupted();
  }

  @ParameterizedTest
  @CsvSource({"OWN_METRIC, 9", "OWN_METRIC, 16", "OWN_OBJECTIVE, 21"})
  void mayBeKilledWhileItEvaluates(Recipe recipe, int call) throws Exception {
    Scripts scripts = new Scripts(recipe, folder, "2");
    try (ForkedJvm jvm = scripts.start(0, call)) {
      assertThat(jvm.waitFor(Scripts.LONG)).isEqualTo(137);
    }
    scripts.runToTheEnd();
    scripts.assertSameBitsAsUninterrupted();
  }

  @Test
  void beginsAnewWhenKilledBeforeTheFirstSnapshot() throws Exception {
    Scripts scripts = new Scripts(Recipe.OWN_METRIC, folder, "10");
    try (ForkedJvm jvm = scripts.start(0, 3)) {
      assertThat(jvm.waitFor(Scripts.LONG)).isEqualTo(137);
    }
    assertThat(scripts.runToTheEnd().lines()).contains("from 0");
    scripts.assertSameBitsAsUninterrupted();
  }

  @ParameterizedTest
  @EnumSource(names = {"HIST", "DART", "EARLY_STOPPING", "LINEAR_SHUFFLED"})
  void mayBeKilledTwiceInARow(Recipe recipe) throws Exception {
    Scripts scripts = new Scripts(recipe, folder, "2");
    scripts.killAt("^committed 2$", 5);
    scripts.killAt("^committed 6$", 20);
    assertThat(scripts.runToTheEnd().lines()).noneMatch("from 0"::equals);
    scripts.assertSameBitsAsUninterrupted();
  }

  @Test
  void savesByTheClockGoOnAsExactlyAsSavesByRounds() throws Exception {
    Scripts scripts = new Scripts(Recipe.HIST, folder, "time");
    scripts.killAt("^committed 7$", 15);
    scripts.runToTheEnd();
    scripts.assertSameBitsAsUninterrupted();
  }

  @ParameterizedTest
  @EnumSource(names = {"APPROX", "EARLY_STOPPING"})
  void savesAtOnceAndExitsInPeaceWhenAskedTo(Recipe recipe) throws Exception {
    Scripts scripts = new Scripts(recipe, folder, "5");
    try (ForkedJvm jvm = scripts.start(400, 0)) {
      jvm.awaitLine("^captured 5$", Scripts.LONG);
      jvm.terminate();
      assertThat(jvm.waitFor(Scripts.LONG)).isZero();
      jvm.awaitLine("^committed 6$", Scripts.LONG);
      jvm.awaitLine("Asked to stop: the training ends after 6 rounds", Scripts.LONG);
      assertThat(jvm.lines()).contains("unfinished");
    }
    assertThat(scripts.runToTheEnd().lines()).contains("from 6").doesNotContain("unfinished");
    scripts.assertSameBitsAsUninterrupted();
  }

  @Test
  void aTrainingThatIsCompleteIsNotTrainedFurther() throws Exception {
    Scripts scripts = new Scripts(Recipe.HIST, folder, "2");
    scripts.runToTheEnd();
    assertThat(scripts.runToTheEnd().lines())
        .contains("from 24")
        .anyMatch(
            line ->
                line.contains("WARN")
                    && line.endsWith(
                        "Nothing to train: 24 of 24 rounds are complete in the snapshots of this run."
                            + " To train again, use another run name (checkpoint_run, or"
                            + " Checkpointer.builder().run) or move the snapshots away."));
    scripts.assertSameBitsAsUninterrupted();
  }
}
