// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import static io.cairn.policy.Moments.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.cairn.model.Progress;
import io.cairn.model.SnapshotId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RetentionPolicyTest {

  @Test
  void keepAllKeepsAll() {
    assertThat(RetentionPolicy.keepAll().keep(List.of(at(1, 1), at(2, 1)), NOON))
        .containsExactlyInAnyOrder(id(1, 1), id(2, 1));
  }

  @Test
  void keepLastOrdersByStepThenAttemptNotByTimeOrPlace() {
    List<SnapshotFacts> snapshots =
        List.of(at(30, 1), taken(10, NOON.plusSeconds(999)), at(30, 2), at(20, 1));

    assertThat(RetentionPolicy.keepLast(2).keep(snapshots, NOON))
        .containsExactlyInAnyOrder(id(30, 2), id(30, 1));
  }

  @Test
  void keepLastOfFewerKeepsThose() {
    assertThat(RetentionPolicy.keepLast(5).keep(List.of(at(1, 1)), NOON)).containsExactly(id(1, 1));
    assertThat(RetentionPolicy.keepLast(5).keep(List.of(), NOON)).isEmpty();
  }

  @Test
  void keepBestFollowsItsGoal() {
    List<SnapshotFacts> snapshots = List.of(loss(1, 0.3), loss(2, 0.1), loss(3, 0.2));

    assertThat(RetentionPolicy.keepBest(2, "loss", Goal.MIN).keep(snapshots, NOON))
        .containsExactlyInAnyOrder(id(2, 1), id(3, 1));
    assertThat(RetentionPolicy.keepBest(1, "loss", Goal.MAX).keep(snapshots, NOON))
        .containsExactly(id(1, 1));
  }

  @Test
  void keepBestPrefersTheNewerOfEquals() {
    List<SnapshotFacts> snapshots = List.of(loss(1, 0.0), loss(3, 0.0), loss(2, -0.0));

    assertThat(RetentionPolicy.keepBest(1, "loss", Goal.MIN).keep(snapshots, NOON))
        .containsExactly(id(3, 1));
    assertThat(RetentionPolicy.keepBest(1, "loss", Goal.MAX).keep(snapshots, NOON))
        .containsExactly(id(3, 1));
  }

  @Test
  void unmeasuredSnapshotsAreNeverBest() {
    List<SnapshotFacts> snapshots = List.of(at(1, 1), loss(2, Double.NaN), loss(3, 9.0));

    assertThat(RetentionPolicy.keepBest(3, "loss", Goal.MIN).keep(snapshots, NOON))
        .containsExactly(id(3, 1));
    assertThat(RetentionPolicy.keepBest(3, "loss", Goal.MAX).keep(snapshots, NOON))
        .containsExactly(id(3, 1));
  }

  @Test
  void keepEveryStepsKeepsTheFirstAtOrPastEachMultiple() {
    List<SnapshotFacts> snapshots =
        List.of(at(50, 1), at(100, 1), at(150, 1), at(250, 1), at(299, 1), at(300, 1), at(300, 2));

    assertThat(RetentionPolicy.keepEverySteps(100).keep(snapshots, NOON))
        .containsExactlyInAnyOrder(id(100, 1), id(250, 1), id(300, 2));
  }

  @Test
  void keepNewerThanKeepsWhatIsYoungOrFromTheFuture() {
    List<SnapshotFacts> snapshots =
        List.of(
            taken(1, NOON.minusSeconds(3601)),
            taken(2, NOON.minusSeconds(3600)),
            taken(3, NOON.plusSeconds(5)));

    assertThat(RetentionPolicy.keepNewerThan(Duration.ofHours(1)).keep(snapshots, NOON))
        .containsExactlyInAnyOrder(id(2, 1), id(3, 1));
  }

  @Test
  void anyOfKeepsTheUnion() {
    RetentionPolicy policy =
        RetentionPolicy.anyOf(
            RetentionPolicy.keepLast(1), RetentionPolicy.keepBest(1, "loss", Goal.MIN));

    assertThat(policy.keep(List.of(loss(1, 0.1), loss(2, 0.2), loss(3, 0.3)), NOON))
        .containsExactlyInAnyOrder(id(1, 1), id(3, 1));
  }

  /** What is dropped once must not change what is kept: sweeps run again and again. */
  @Test
  void sweepingTwiceKeepsTheSame() {
    long seed = Long.getLong("cairn.test.seed", 1);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<SnapshotFacts> snapshots = randomSnapshots(random);
      for (RetentionPolicy policy : policies()) {
        var kept = policy.keep(snapshots, NOON);
        Collections.shuffle(snapshots, random);
        var rest = snapshots.stream().filter(snapshot -> kept.contains(snapshot.id())).toList();
        assertThat(policy.keep(rest, NOON)).as("%s, seed %d", policy, seed).isEqualTo(kept);
      }
    }
  }

  @Test
  void policiesReadAsEnglish() {
    assertThat(RetentionPolicy.anyOf(policies().toArray(RetentionPolicy[]::new)))
        .hasToString(
            "any of [keep all, keep last 2, keep best 2 by loss (max), keep every 7 steps,"
                + " keep newer than 1h]");
  }

  @Test
  void argumentsOutOfRangeAreRefusedWithTheRule() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetentionPolicy.keepLast(0))
        .withMessage("keepLast needs n >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetentionPolicy.keepBest(0, "loss", Goal.MIN))
        .withMessage("keepBest needs k >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetentionPolicy.keepBest(1, "", Goal.MIN))
        .withMessage("keepBest needs the name of a metric, but is ''");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetentionPolicy.keepEverySteps(0))
        .withMessage("keepEverySteps needs n >= 1, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RetentionPolicy.keepNewerThan(Duration.ofSeconds(-1)))
        .withMessage("keepNewerThan needs a duration of more than zero, but is PT-1S");
    assertThatIllegalArgumentException()
        .isThrownBy(RetentionPolicy::anyOf)
        .withMessage("anyOf needs at least one policy, but has none");
  }

  private static List<RetentionPolicy> policies() {
    return List.of(
        RetentionPolicy.keepAll(),
        RetentionPolicy.keepLast(2),
        RetentionPolicy.keepBest(2, "loss", Goal.MAX),
        RetentionPolicy.keepEverySteps(7),
        RetentionPolicy.keepNewerThan(Duration.ofHours(1)));
  }

  private static List<SnapshotFacts> randomSnapshots(Random random) {
    Map<SnapshotId, SnapshotFacts> snapshots = new TreeMap<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      SnapshotId id = id(random.nextInt(40), 1 + random.nextInt(3));
      double loss = random.nextInt(4) == 0 ? Double.NaN : random.nextInt(4);
      Instant time = NOON.minusSeconds(random.nextInt(7200));
      snapshots.put(id, facts(id, time, Map.of("loss", loss)));
    }
    return new ArrayList<>(snapshots.values());
  }

  private static SnapshotId id(long step, int attempt) {
    return new SnapshotId(step, attempt);
  }

  private static SnapshotFacts at(long step, int attempt) {
    return facts(id(step, attempt), NOON, Map.of());
  }

  private static SnapshotFacts taken(long step, Instant time) {
    return facts(id(step, 1), time, Map.of());
  }

  private static SnapshotFacts loss(long step, double loss) {
    return facts(id(step, 1), NOON, Map.of("loss", loss));
  }

  private static SnapshotFacts facts(SnapshotId id, Instant time, Map<String, Double> metrics) {
    return new SnapshotFacts(id, Progress.ofStep(id.step()), time, new TreeMap<>(metrics));
  }

  @Test
  void theMostThatIsKeptIsKnownIfThereIsALimit() {
    RetentionPolicy best = RetentionPolicy.keepBest(2, "loss", Goal.MIN);

    assertThat(RetentionPolicy.keepLast(3).most()).hasValue(3);
    assertThat(RetentionPolicy.anyOf(RetentionPolicy.keepLast(3), best).most()).hasValue(5);
    assertThat(RetentionPolicy.keepAll().most()).isEmpty();
    assertThat(RetentionPolicy.anyOf(best, RetentionPolicy.keepEverySteps(5)).most()).isEmpty();
  }
}
