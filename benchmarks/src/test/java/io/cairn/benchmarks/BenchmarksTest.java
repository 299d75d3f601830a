// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every benchmark runs, and its figures reach the table. What the figures are is not asked. */
final class BenchmarksTest {
  @Test
  void allRunAndReachTheTable(@TempDir Path folder) throws Exception {
    Report report = Benchmarks.run(Size.named("quick"), "all");

    assertThat(report.rows())
        .extracting(Row::work)
        .contains(
            "stall for a snapshot of 4 MiB",
            "stall for a snapshot of XGBoost after 8 rounds",
            "step to durable, 8 MiB, growing folder",
            "step to durable, 8 MiB, with retention",
            "verified restore of 8 MiB",
            "stall of 1000 tensors of 1 KiB",
            "write of 1000 tensors of 1 KiB",
            "newest valid of 3 snapshots of 10 ranks",
            "training with a snapshot about every 2 s, bank",
            "training with a snapshot about every 2 s, narrow",
            "size of float32 weights, compressed",
            "size of XGBoost bytes, compressed",
            "open on an empty folder");
    assertThat(report.markdown()).contains("Left out: everything at its real size");
    Plots.write(report, folder);
    assertThat(folder.resolve("goals.png")).isNotEmptyFile();
    assertThat(folder.resolve("stall.png")).isNotEmptyFile();
  }

  @Test
  void namesWhatThereIsNot() {
    assertThatThrownBy(() -> Benchmarks.run(Size.named("quick"), "SpeedBenchmark"))
        .hasMessageContaining("There is no benchmark 'SpeedBenchmark' among");
    assertThatThrownBy(() -> Size.named("huge"))
        .hasMessage("The size is full, brief or quick, not huge");
  }

  @Test
  void ratiosAreOfMedians() {
    Figure ours = new Figure(List.of(30.0, 10.0, 20.0));
    Figure theirs = new Figure(List.of(5.0, 4.0, 8.0));

    assertThat(ours.over(theirs)).isEqualTo(new Ratio(4, 10.0 / 8, 30.0 / 4));
  }
}
