// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import static io.cairn.policy.Moments.NOON;
import static io.cairn.policy.Moments.atStep;
import static io.cairn.policy.Moments.atTime;
import static io.cairn.policy.Moments.withMetrics;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.model.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SavePolicyTest {
  private static final SaveHistory FRESH = SaveHistory.startedAt(NOON);

  @Test
  void everyStepsSavesAtMultiples() {
    SavePolicy policy = SavePolicy.everySteps(3);

    assertThat(savedSteps(policy, FRESH, List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L)))
        .containsExactly(3L, 6L);
  }

  @Test
  void everyStepsSavesAtTheFirstMomentPastAMultiple() {
    SavePolicy policy = SavePolicy.everySteps(100);

    assertThat(savedSteps(policy, FRESH, List.of(70L, 140L, 210L, 280L, 350L)))
        .containsExactly(140L, 210L, 350L);
  }

  @Test
  void everyStepsSavesOnceWhenSeveralMultiplesWerePassed() {
    assertThat(savedSteps(SavePolicy.everySteps(10), FRESH, List.of(95L, 96L, 100L)))
        .containsExactly(95L, 100L);
  }

  @Test
  void everyStepsSavesAfterAResumeWhereAnUninterruptedTrainingWould() {
    SavePolicy policy = SavePolicy.everySteps(100);
    List<Long> moments = List.of(70L, 140L, 210L, 280L, 350L, 420L, 490L);
    List<Long> uninterrupted = savedSteps(policy, FRESH, moments);

    for (long saved : uninterrupted) {
      SaveHistory resumed =
          SaveHistory.resumedAt(Progress.ofStep(saved), NOON.plusSeconds(9), new TreeMap<>());
      List<Long> rest = moments.stream().filter(step -> step > saved).toList();
      assertThat(savedSteps(policy, resumed, rest))
          .isEqualTo(uninterrupted.stream().filter(step -> step > saved).toList());
    }
  }

  @Test
  void savesForOtherReasonsDoNotMoveTheMultiples() {
    SaveHistory afterRequest = FRESH.after(atStep(150), true);

    assertThat(savedSteps(SavePolicy.everySteps(100), afterRequest, List.of(160L, 200L)))
        .containsExactly(200L);
  }

  @Test
  void aSaveAtTheSamePositionIsNotRepeated() {
    SaveHistory history = FRESH.after(atStep(100), true);

    assertThat(SavePolicy.everySteps(100).shouldSave(atStep(100), history)).isFalse();
  }

  @Test
  void everyEpochsCountsCompleteEpochs() {
    SavePolicy policy = SavePolicy.everyEpochs(2);
    SaveHistory history = FRESH.after(Moments.at(new Progress(20, 2, 0)), true);

    assertThat(policy.shouldSave(Moments.at(new Progress(10, 1, 0)), FRESH)).isFalse();
    assertThat(policy.shouldSave(Moments.at(new Progress(20, 2, 0)), FRESH)).isTrue();
    assertThat(policy.shouldSave(Moments.at(new Progress(30, 3, 0)), history)).isFalse();
    assertThat(policy.shouldSave(Moments.at(new Progress(41, 4, 1)), history)).isTrue();
  }

  @Test
  void everyDurationCountsFromTheLastSaveElseFromTheStart() {
    SavePolicy policy = SavePolicy.every(Duration.ofMinutes(5));
    SaveHistory saved = FRESH.after(atTime(NOON.plusSeconds(300)), true);

    assertThat(policy.shouldSave(atTime(NOON.plusSeconds(299)), FRESH)).isFalse();
    assertThat(policy.shouldSave(atTime(NOON.plusSeconds(300)), FRESH)).isTrue();
    assertThat(policy.shouldSave(atTime(NOON.plusSeconds(599)), saved)).isFalse();
    assertThat(policy.shouldSave(atTime(NOON.plusSeconds(600)), saved)).isTrue();
  }

  @Test
  void everyDurationSurvivesAClockThatIsSetBack() {
    SavePolicy policy = SavePolicy.every(Duration.ofMinutes(5));

    assertThat(policy.shouldSave(atTime(NOON.minusSeconds(1)), FRESH)).isFalse();
    assertThat(policy.shouldSave(atTime(NOON.minusSeconds(7200)), FRESH)).isTrue();
  }

  @Test
  void onImprovementSavesTheFirstValueAndEveryBetterOne() {
    SavePolicy policy = SavePolicy.onImprovement("loss", Goal.MIN);
    SaveHistory seen = FRESH.after(withMetrics(Map.of("loss", 0.5)), false);

    assertThat(policy.shouldSave(withMetrics(Map.of("loss", 0.5)), FRESH)).isTrue();
    assertThat(policy.shouldSave(withMetrics(Map.of("loss", 0.5)), seen)).isFalse();
    assertThat(policy.shouldSave(withMetrics(Map.of("loss", 0.6)), seen)).isFalse();
    assertThat(policy.shouldSave(withMetrics(Map.of("loss", 0.4)), seen)).isTrue();
  }

  @Test
  void onImprovementFollowsItsGoal() {
    SavePolicy policy = SavePolicy.onImprovement("accuracy", Goal.MAX);
    SaveHistory seen = FRESH.after(withMetrics(Map.of("accuracy", 0.5)), false);

    assertThat(policy.shouldSave(withMetrics(Map.of("accuracy", 0.4)), seen)).isFalse();
    assertThat(policy.shouldSave(withMetrics(Map.of("accuracy", 0.6)), seen)).isTrue();
  }

  @Test
  void nanAndMissingMetricsAreNoImprovement() {
    SavePolicy policy = SavePolicy.onImprovement("loss", Goal.MIN);
    SaveHistory onlyNan = FRESH.after(withMetrics(Map.of("loss", Double.NaN)), false);

    assertThat(policy.shouldSave(withMetrics(Map.of("loss", Double.NaN)), FRESH)).isFalse();
    assertThat(policy.shouldSave(withMetrics(Map.of("other", 1.0)), FRESH)).isFalse();
    assertThat(policy.shouldSave(withMetrics(Map.of("loss", 9.0)), onlyNan)).isTrue();
  }

  @Test
  void requestEndAndNeverSayWhatTheirNamesSay() {
    assertThat(SavePolicy.onRequest().shouldSave(Moments.requestedMoment(), FRESH)).isTrue();
    assertThat(SavePolicy.onRequest().shouldSave(Moments.lastMoment(), FRESH)).isFalse();
    assertThat(SavePolicy.atEnd().shouldSave(Moments.lastMoment(), FRESH)).isTrue();
    assertThat(SavePolicy.atEnd().shouldSave(Moments.requestedMoment(), FRESH)).isFalse();
    assertThat(SavePolicy.never().shouldSave(Moments.lastMoment(), FRESH)).isFalse();
  }

  @Test
  void anyOfSavesWhenOnePolicyDoes() {
    SavePolicy policy = SavePolicy.anyOf(SavePolicy.everySteps(100), SavePolicy.atEnd());

    assertThat(policy.shouldSave(atStep(99), FRESH)).isFalse();
    assertThat(policy.shouldSave(atStep(100), FRESH)).isTrue();
    assertThat(policy.shouldSave(Moments.lastMoment(), FRESH)).isTrue();
  }

  @Test
  void onlyPoliciesOfThePositionAreDecidedAlike() {
    SavePolicy steps = SavePolicy.everySteps(1);
    SavePolicy time = SavePolicy.every(Duration.ofSeconds(1));
    SavePolicy usersOwn = (moment, history) -> true;

    assertThat(List.of(steps, SavePolicy.everyEpochs(1), SavePolicy.atEnd(), SavePolicy.never()))
        .allMatch(SavePolicy::decidedAlike);
    assertThat(
            List.of(
                time, SavePolicy.onRequest(), SavePolicy.onImprovement("loss", Goal.MIN), usersOwn))
        .noneMatch(SavePolicy::decidedAlike);
    assertThat(SavePolicy.anyOf(steps, SavePolicy.atEnd()).decidedAlike()).isTrue();
    assertThat(SavePolicy.anyOf(steps, time).decidedAlike()).isFalse();
  }

  @Test
  void policiesReadAsEnglish() {
    assertThat(
            SavePolicy.anyOf(
                SavePolicy.everySteps(100),
                SavePolicy.everyEpochs(1),
                SavePolicy.every(Duration.ofMinutes(5)),
                SavePolicy.onImprovement("loss", Goal.MIN),
                SavePolicy.onRequest(),
                SavePolicy.atEnd(),
                SavePolicy.never()))
        .hasToString(
            "any of [every 100 steps, every epoch, every 5m, on improvement of loss (min),"
                + " on request, at end, never]");
    assertThat(SavePolicy.every(Duration.ofMillis(5_400_500))).hasToString("every 1h30m0.5s");
    assertThat(SavePolicy.anyOf(SavePolicy.atEnd())).hasToString("at end");
  }

  @Test
  void argumentsOutOfRangeAreRefusedWithTheRule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SavePolicy.everySteps(0))
        .withMessage("everySteps needs n >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SavePolicy.everyEpochs(-1))
        .withMessage("everyEpochs needs n >= 1, but is -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SavePolicy.every(Duration.ZERO))
        .withMessage("every needs a duration of more than zero, but is PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SavePolicy.onImprovement(" ", Goal.MIN))
        .withMessage("onImprovement needs the name of a metric, but is ' '");
    assertThatIllegalArgumentException()
        .isThrownBy(SavePolicy::anyOf)
        .withMessage("anyOf needs at least one policy, but has none");
  }

  private static List<Long> savedSteps(SavePolicy policy, SaveHistory start, List<Long> steps) {
    List<Long> saved = new ArrayList<>();
    SaveHistory history = start;
    for (long step : steps) {
      boolean save = policy.shouldSave(atStep(step), history);
      if (save) {
        saved.add(step);
      }
      history = history.after(atStep(step), save);
    }
    return saved;
  }
}
