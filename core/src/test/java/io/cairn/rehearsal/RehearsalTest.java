// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.rehearsal.AttemptReport.End;
import io.cairn.testkit.Repro;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real trainings, really interrupted. */
class RehearsalTest {
  @TempDir Path folder;

  private RehearsalBuilder training(int steps, int millis) {
    return Rehearsal.of(
            Rehearsal.java(
                List.of(
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-Dorg.slf4j.simpleLogger.log.io.cairn=info"),
                CounterTraining.class,
                steps,
                millis,
                "shared",
                "{base}"))
        .folder(folder.resolve("rehearsal"))
        .hyperparameter("checkpoint_every_steps", "5")
        .limit(Duration.ofMinutes(2))
        .seed(Repro.random("rehearsal").nextLong());
  }

  @Test
  void aKilledTrainingGoesOnFromWhatReachedS3() throws Exception {
    RehearsalReport report =
        training(60, 10)
            .interrupt(Interruption.kill(When.atUploads(4)))
            .compare()
            .run()
            .requireSurvived();

    assertThat(report.attempts()).hasSize(2);
    AttemptReport first = report.attempts().get(0);
    AttemptReport second = report.attempts().get(1);
    assertThat(first.end()).isEqualTo(End.INTERRUPTED);
    assertThat(first.resume().isBeginning()).isTrue();
    assertThat(second.resume().snapshot()).isPresent().isEqualTo(second.available());
    assertThat(second.resume().evidence()).isEqualTo(ResumePoint.Evidence.MANIFEST);
  }
}
