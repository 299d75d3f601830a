// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.Fingerprint;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  @Test
  void aLinearBoosterWithToleranceIsNotExact() {
    assertThat(notExact("booster", "gblinear", "updater", "coord_descent", "tolerance", 1e-5))
        .containsExactly(
            "With booster=gblinear and tolerance=1.0E-5 a training that is resumed after it"
                + " converged does not end with the same bits: XGBoost forgets that it had"
                + " converged, and updates the model once more. Leave tolerance out for the same"
                + " bits");
    assertThat(notExact("booster", "gblinear", "updater", "coord_descent", "tolerance", "0.00"))
        .isEmpty();
    assertThat(notExact("booster", "gblinear", "updater", "coord_descent")).isEmpty();
    assertThat(notExact("booster", "gbtree", "tolerance", 1)).isEmpty();
  }

  @Test
  void whatElseIsNotExactIsSaid() {
    assertThat(notExact("lambdarank_unbiased", true))
        .containsExactly(
            "With lambdarank_unbiased=true a resumed training does not end with the same bits:"
                + " XGBoost starts its position biases again");
    assertThat(notExact("booster", "gblinear", "nthread", 2))
        .containsExactly(
            "The linear updater shotgun on 2 threads gives other bits in each training, interrupted"
                + " or not. Set updater to coord_descent, or nthread to 1, for the same bits");
    assertThat(notExact("booster", "gblinear", "nthread", 1)).isEmpty();
  }

  private static List<String> notExact(Object... namesAndValues) {
    Map<String, Object> parameters = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Parameters(parameters).whatIsNotExact();
  }
}
