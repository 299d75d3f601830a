// SPDX-License-Identifier: Apache-2.0
package io.cairn.xgboost4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.rehearsal.Rehearsal;
import io.cairn.rehearsal.RehearsalReport;
import io.cairn.testkit.Rehearsed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code docs/XGBOOST.md} on spot machines. */
class RehearsalTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = Files.createDirectories(folder.resolve("data"));
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < 20_000; row++) {
      double x = random.nextGaussian();
      double y = random.nextGaussian();
      text.append("%f 0:%f 1:%f%n".formatted(x * y + random.nextGaussian() / 9, x, y));
    }
    Files.writeString(data.resolve("rows.txt"), text);
  }

  @Test
  void survivesSpot() throws Exception {
    String rows = "{base}/input/data/train/rows.txt";
    List<String> command =
        Rehearsal.java(
            List.of("-Xmx256m", "-Dorg.slf4j.simpleLogger.log.io.cairn=info"),
            Example.class,
            rows,
            rows,
            "{base}/model/model.ubj");
    RehearsalReport report =
        Rehearsed.survives(
            folder,
            Duration.ofSeconds(6),
            () ->
                Rehearsal.of(command)
                    .environment("OMP_WAIT_POLICY", "passive")
                    .channel("train", data)
                    .hyperparameter("checkpoint_every_steps", "10")
                    .compare());

    assertThat(report.comparison().orElseThrow().compared()).contains("model/model.ubj");
  }
}
