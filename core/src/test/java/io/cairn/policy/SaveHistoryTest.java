// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import static io.cairn.policy.Moments.NOON;
import static io.cairn.policy.Moments.withMetrics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.model.Progress;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SaveHistoryTest {

  @Test
  void aDecidedSaveMovesPositionAndTime() {
    SaveHistory next = SaveHistory.startedAt(NOON.minusSeconds(60)).after(Moments.atStep(7), true);

    assertThat(next.lastSaved()).contains(Progress.ofStep(7));
    assertThat(next.lastSaveOrStart()).isEqualTo(NOON);
  }

  @Test
  void aMomentWithoutSaveMovesNeither() {
    SaveHistory start = SaveHistory.startedAt(NOON.minusSeconds(60));

    assertThat(start.after(Moments.atStep(7), false)).isEqualTo(start);
  }

  @Test
  void metricsOfAllMomentsCountSavedOrNot() {
    SaveHistory history =
        SaveHistory.startedAt(NOON)
            .after(withMetrics(Map.of("loss", 3.0)), true)
            .after(withMetrics(Map.of("loss", 1.0)), false)
            .after(withMetrics(Map.of("loss", 2.0, "auc", 0.5)), false)
            .after(withMetrics(Map.of("loss", Double.NaN)), true);

    assertThat(history.metrics())
        .isEqualTo(Map.of("loss", new Range(1.0, 3.0), "auc", Range.of(0.5)));
  }

  @Test
  void aResumedHistoryKnowsTheSnapshot() {
    SortedMap<String, Range> metrics = new TreeMap<>(Map.of("loss", new Range(1, 2)));
    SaveHistory history = SaveHistory.resumedAt(Progress.ofStep(5), NOON, metrics);
    metrics.clear();

    assertThat(history.lastSaved()).contains(Progress.ofStep(5));
    assertThat(history.lastSaveOrStart()).isEqualTo(NOON);
    assertThat(history.metrics()).containsEntry("loss", new Range(1, 2));
  }

  @Test
  void aRangeHasNoPlaceForNan() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Range.of(Double.NaN))
        .withMessage("A range needs min <= max, but has min NaN, max NaN");
  }
}
