// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.Fingerprint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {

  @Test
  void randomNumbersAreSeededByRoundWhateverWasAsked() {
    assertThat(new Parameters(Map.of("seed_per_iteration", false)).all())
        .containsEntry("seed_per_iteration", true);
  }

  @Test
  void whatChangesTheModelIsIdentityAndWhatChangesBitsIsEnvironment() {
    Fingerprint.Builder facts = Fingerprint.builder();
    new Parameters(Map.of("eta", 0.1, "n_jobs", 3, "verbosity", 2, "device", "cpu"))
        .describe(facts);
    assertThat(facts.build().identity()).isEqualTo(Map.of("parameter eta", "0.1"));
    assertThat(facts.build().environment())
        .isEqualTo(Map.of("threads", "3", "parameter device", "cpu"));
  }

  @Test
  void theOtherTreeMethodWorksByOtherUpdaters() {
    assertThat(new Parameters(Map.of()).otherTreeMethod()).isEqualTo("approx");
    assertThat(new Parameters(Map.of("tree_method", "approx")).otherTreeMethod()).isEqualTo("hist");
    assertThat(new Parameters(Map.of("updater", "grow_histmaker")).otherTreeMethod())
        .isEqualTo("hist");
    assertThat(
            new Parameters(Map.of("updater", "grow_colmaker", "tree_method", "approx"))
                .otherTreeMethod())
        .isEqualTo("approx");
  }

  @Test
  void updatingTreesCannotBeCheckpointed() {
    assertThatThrownBy(() -> new Parameters(Map.of("process_type", "update")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "A training with process_type=update cannot be checkpointed: XGBoost keeps the trees"
                + " that are still to be updated in memory only. Train it with XGBoost.train.");
  }

  @Test
  void aLoopOfYourOwnCannotLearnPositionBias() {
    assertThatThrownBy(
            () ->
                XgboostCheckpointer.open(
                    Recipe.RANKING.trainingData(), Map.of("lambdarank_unbiased", true)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Train with XgboostTraining.train");
  }

  @Test
  void linesArePrintedWhenXgboostPrintsThem() {
    assertThat(new ReportLines(Map.of()).isDue(3)).isTrue();
    assertThat(new ReportLines(Map.of("silent", "True")).isDue(3)).isFalse();
    assertThat(new ReportLines(Map.of("silent", 1)).isDue(3)).isFalse();
    assertThat(new ReportLines(Map.of("silent", "0", "verbose_eval", "x")).isDue(3)).isTrue();
    assertThat(new ReportLines(Map.of("verbose_eval", "false")).isDue(3)).isFalse();
    assertThat(new ReportLines(Map.of("verbose_eval", 0)).isDue(3)).isFalse();
    assertThat(new ReportLines(Map.of("verbose_eval", "3")).isDue(3)).isTrue();
    assertThat(new ReportLines(Map.of("verbose_eval", 3)).isDue(4)).isFalse();
  }
}
