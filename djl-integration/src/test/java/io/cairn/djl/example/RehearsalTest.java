// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.example;

import io.cairn.rehearsal.Rehearsal;
import io.cairn.testkit.Rehearsed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/DJL.md} on spot machines. */
class RehearsalTest {
  @TempDir Path folder;

  @Test
  void survivesSpot() throws Exception {
    Rehearsed.survives(
        folder,
        Duration.ofSeconds(8),
        () ->
            Rehearsal.of(Rehearsal.java(options(), FitExample.class))
                .hyperparameter("checkpoint_every_steps", "20")
                .compareLine("^weights .*"));
  }

  private static List<String> options() {
    List<String> options = new ArrayList<>(List.of("-Xmx256m", "-DdisableProgressBar=true"));
    for (String name : System.getProperties().stringPropertyNames()) {
      if (name.startsWith("ai.djl.") || name.startsWith("DJL_") || name.startsWith("OPT_")) {
        options.add("-D" + name + "=" + System.getProperty(name));
      }
    }
    return options;
  }
}
