// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import io.cairn.rehearsal.Rehearsal;
import io.cairn.testkit.Rehearsed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/DL4J.md} on spot machines. */
class RehearsalTest {
  private static final String NATIVES = "org.bytedeco.javacpp.cachedir";

  @TempDir Path folder;

  @Test
  void survivesSpot() throws Exception {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.log.io.cairn=info"));
    Optional.ofNullable(System.getProperty(NATIVES))
        .ifPresent(cache -> options.add("-D" + NATIVES + "=" + cache));
    Rehearsed.survives(
        folder,
        Duration.ofSeconds(8),
        () ->
            Rehearsal.of(Rehearsal.java(options, CheckpointedFit.class))
                .environment("OMP_NUM_THREADS", "1")
                .environment("OPENBLAS_NUM_THREADS", "1")
                .hyperparameter("checkpoint_every_steps", "10")
                .compareLine("^bits .*"));
  }
}
