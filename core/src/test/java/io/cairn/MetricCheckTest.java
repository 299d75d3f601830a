// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.model.Progress;
import io.cairn.model.Sharing;
import io.cairn.policy.Goal;
import io.cairn.policy.Moment;
import io.cairn.policy.SaveHistory;
import io.cairn.policy.SavePolicy;
import io.cairn.sagemaker.ContainerPaths;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class MetricCheckTest {
  private static final Map<String, Double> LOSS = Map.of("loss", 0.5);

  private static MetricCheck checkOf(String metric) {
    CheckpointerBuilder builder =
        Checkpointer.builder()
            .environment(Map.of())
            .savePolicy(SavePolicy.onImprovement(metric, Goal.MIN));
    Settings settings =
        SettingsResolver.resolve(
            builder, new ContainerPaths(Path.of("base")), Sharing.SAME_ON_ALL_RANKS);
    return new MetricCheck(settings, SaveHistory.startedAt(Instant.EPOCH));
  }

  private static Moment at(Progress now, boolean last, Map<String, Double> metrics) {
    return new Moment(now, false, last, false, Instant.EPOCH, new TreeMap<>(metrics));
  }

  /** What is said in so many steps, and at the end of training. */
  private static List<String> warnings(
      String metric,
      int steps,
      LongFunction<Progress> progress,
      LongFunction<Map<String, Double>> told) {
    MetricCheck check = checkOf(metric);
    List<String> warnings = new ArrayList<>();
    for (long step = 1; step <= steps; step++) {
      check.warning(at(progress.apply(step), false, told.apply(step))).ifPresent(warnings::add);
    }
    check.warning(at(progress.apply(steps), true, Map.of())).ifPresent(warnings::add);
    return warnings;
  }

  @Test
  void aTrainingWithoutEpochsIsWarnedWhenItHasToldItsMetricsTenTimes() {
    assertThat(warnings("Loss", 500, Progress::ofStep, step -> LOSS))
        .containsExactly(
            "When to save or what to keep goes by [Loss], but the training has told the metrics"
                + " [loss] up to step 10 (epoch 0, batch 0): nothing is saved or kept for the sake"
                + " of [Loss] until it is told. Correct the name (upper and lower case count), or"
                + " tell the metric");
    assertThat(warnings("Loss", 500, Progress::ofStep, step -> step % 7 == 0 ? LOSS : Map.of()))
        .singleElement()
        .asString()
        .contains("up to step 70");
  }

  @Test
  void oneThatTellsTheMetricIsNot() {
    assertThat(warnings("loss", 500, Progress::ofStep, step -> LOSS)).isEmpty();
    assertThat(
            warnings(
                "test", 500, Progress::ofStep, step -> step == 10 ? Map.of("test", 0.5) : LOSS))
        .isEmpty();
  }

  @Test
  void oneWithoutMetricsIsWarnedAtItsEnd() {
    assertThat(warnings("loss", 500, Progress::ofStep, step -> Map.of()))
        .containsExactly(
            "When to save or what to keep goes by [loss], but the training has told no metrics up"
                + " to step 500 (epoch 0, batch 0): nothing is saved or kept for the sake of [loss]."
                + " Correct the name (upper and lower case count), or tell the metric");
  }

  /** It may tell the metric when the epoch ends. */
  @Test
  void theStepsOfAnEpochAreNotCounted() {
    assertThat(warnings("test", 500, step -> new Progress(step, 0, step), step -> LOSS))
        .singleElement()
        .asString()
        .contains("up to step 500");
  }
}
