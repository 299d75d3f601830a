// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.testkit.ForkedJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
  @TempDir Path folder;

  /** The README's first command, but for Maven. */
  @Test
  void aKilledTrainingEndsWithTheBitsOfAnUndisturbedOne() throws Exception {
    try (ForkedJvm quickstart =
        ForkedJvm.running(Quickstart.class)
            .arguments(folder.resolve("quickstart"))
            .property("DJL_CACHE_DIR", System.getProperty("DJL_CACHE_DIR"))
            .start()) {
      int status = quickstart.waitFor(Duration.ofMinutes(10));

      List<String> lines = quickstart.lines();
      assertThat(status).as(String.join("\n", lines)).isZero();
      assertThat(lines.get(lines.size() - 1)).startsWith("bit-identical: true (26 tensors");
      assertThat(lines).anyMatch(line -> line.matches("killed at +step \\d+ \\(epoch 2, .*"));
      assertThat(lines).anyMatch(line -> line.matches("resumed at +step \\d+ \\(epoch [12], .*"));
    }
  }
}
