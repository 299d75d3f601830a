// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.Repro;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three hosts, each with a folder of its own, all killed at once; S3 alone brings them together.
 */
class HostsTest {
  @TempDir Path folder;

  private RehearsalBuilder training(String sharing, Integer... hosts) {
    return Rehearsal.of(
            Rehearsal.java(
                List.of(
                    "-Xmx48m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.log.io.cairn=info"),
                CounterTraining.class,
                150,
                10,
                sharing,
                "{base}"))
        .folder(folder.resolve("rehearsal"))
        .hosts(List.of(hosts))
        .hyperparameter("checkpoint_every_steps", "5")
        .hyperparameter("checkpoint_keep_last", "4")
        .hyperparameter("checkpoint_when_busy", "wait")
        .sync(SyncHabits.USUAL.withDelay(Duration.ofMillis(20)))
        .limit(Duration.ofMinutes(2))
        .seed(Repro.random("hosts").nextLong());
  }

  @Test
  void threeHostsWithStateOfTheirOwnGoOnTogether() throws Exception {
    RehearsalReport report = training("own", 3).compare().run().requireSurvived();

    AttemptReport second = report.attempts().get(1);
    assertThat(second.hosts()).isEqualTo(3);
    assertThat(second.resume().snapshot()).isPresent().isEqualTo(second.available());
    assertThat(report.comparison().orElseThrow().compared())
        .contains("1 tensor of the newest snapshot (step 150, 3 parts)");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void stateOfThreeHostsIsRefusedByAnotherNumber(int hosts) throws Exception {
    RehearsalReport report = training("own", 3, hosts).run();

    assertThat(report.verdict().kind()).isEqualTo(Verdict.Kind.FAILED);
    assertThat(report.verdict().reason()).startsWith("attempt 2 ended by itself with status 1 on ");
    assertThat(report.attempts().get(1).tail())
        .anyMatch(line -> line.contains("is whole, but was written by another training"))
        .contains(
            "  - parts: snapshot has 3, this training needs "
                + hosts
                + " (one for each rank that saves state of its own)");
    assertThat(report.attempts().get(1).uploaded().files()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void whatIsTheSameOnAllHostsGoesOnWithAnotherNumber(int hosts) throws Exception {
    RehearsalReport report = training("shared", 3, hosts).compare().run().requireSurvived();

    AttemptReport second = report.attempts().get(1);
    assertThat(second.hosts()).isEqualTo(hosts);
    assertThat(second.resume().snapshot()).isPresent().isEqualTo(second.available());
  }
}
