// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.sun.management.ThreadMXBean;
import io.cairn.SampleRuns;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import io.cairn.sagemaker.SyncMarkers;
import io.cairn.store.LocalStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotComparisonTest {
  @TempDir Path folder;

  private static TensorSpec floats(String name, long count) {
    return new TensorSpec(name, DType.F32, List.of(count));
  }

  private static byte[] bytes(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }

  private SnapshotReader open(String name) throws IOException {
    LocalStore store = LocalStore.in(folder.resolve(name));
    SnapshotCatalog catalog = SnapshotCatalog.read(store, new SyncMarkers());
    return SnapshotReader.open(store, catalog.runs().get(0).newestComplete().orElseThrow());
  }

  private SnapshotDiff diff() throws IOException {
    try (SnapshotReader before = open("before");
        SnapshotReader after = open("after")) {
      return new SnapshotComparison(before, after).run(tensor -> {});
    }
  }

  @Test
  void whatWasMeasuredSaysNothingOfTheState() {
    assertThat(
            List.of(
                "metrics/epoch",
                "part 2 metrics/step",
                "early_stopping/0.elapsed",
                "listeners/Stop#1.elapsedMillis",
                "clock/elapsed"))
        .allMatch(Measured::is);
    assertThat(List.of("model/metrics", "my-metrics/loss", "model/elapsed.weight", "a/relapsed"))
        .noneMatch(Measured::is);
    SnapshotDiff diff =
        new SnapshotDiff(
            List.of(new SnapshotDiff.FactDiff("value", "listeners/x.elapsedMillis", "1", "2")),
            List.of());
    assertThat(diff.isSame()).isTrue();
    assertThat(diff.measured()).isEqualTo(1);
  }

  @Test
  void tellsEveryKindOfChange() throws Exception {
    SampleRuns.save(
        folder.resolve("before"),
        "bank",
        Map.of(
            floats("changed", 2), bytes(3, 4),
            floats("same", 1), bytes(Float.NaN),
            floats("reshaped", 2), bytes(1, 1),
            floats("removed", 1), bytes(1)));
    SampleRuns.save(
        folder.resolve("after"),
        "bank",
        Map.of(
            floats("changed", 2), bytes(3, 5),
            floats("same", 1), bytes(Float.NaN),
            floats("reshaped", 1), bytes(1),
            floats("added", 1), bytes(1)));

    SnapshotDiff diff = diff();

    assertThat(diff.isSame()).isFalse();
    assertThat(diff.facts()).isEmpty();
    assertThat(diff.tensors())
        .extracting(tensor -> tensor.name() + " " + tensor.kind())
        .containsExactly(
            "model/added ADDED",
            "model/changed CHANGED",
            "model/removed REMOVED",
            "model/reshaped RESHAPED",
            "model/same SAME");
    TensorDiff changed = diff.tensors().get(1);
    assertThat(changed.normBefore()).isEqualTo(5);
    assertThat(changed.distance()).isEqualTo(1);
    assertThat(changed.relativeChange()).isEqualTo(0.2);
    assertThat(diff.tensors().get(4).relativeChange()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e200, 1e-200})
  void largeAndSmallNumbersHaveADistance(double scale) throws Exception {
    TensorSpec spec = new TensorSpec("w", DType.F64, List.of(2L));
    SampleRuns.save(folder.resolve("before"), "bank", Map.of(spec, doubles(3 * scale, 4 * scale)));
    SampleRuns.save(folder.resolve("after"), "bank", Map.of(spec, doubles(3 * scale, 5 * scale)));

    TensorDiff changed = diff().tensors().get(0);

    assertThat(changed.normBefore()).isCloseTo(5 * scale, withinPercentage(1e-12));
    assertThat(changed.normAfter()).isCloseTo(Math.sqrt(34) * scale, withinPercentage(1e-12));
    assertThat(changed.distance()).isCloseTo(scale, withinPercentage(1e-12));
    assertThat(changed.relativeChange()).isCloseTo(0.2, withinPercentage(1e-12));
  }

  private static byte[] doubles(double... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      buffer.putDouble(value);
    }
    return buffer.array();
  }

  @Test
  void aResumedTrainingIsTheSameAsAnUninterruptedOne() throws Exception {
    SampleRuns.train(folder.resolve("before"), "bank", 60);
    SampleRuns.train(folder.resolve("after"), "other", 35);
    SampleRuns.train(folder.resolve("after"), "other", 60);

    assertThat(diff().facts()).isEmpty();
    assertThat(diff().isSame()).isTrue();
  }

  /** A map of all tensors for each tensor would be some 300 MB for a thousand of them. */
  @Test
  void oneOfManyTensorsIsComparedWithoutLookingAtAll() throws Exception {
    Map<TensorSpec, byte[]> many = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      many.put(floats("w" + i, 1), bytes(i));
    }
    SampleRuns.save(folder.resolve("before"), "bank", many);
    SampleRuns.save(folder.resolve("after"), "bank", many);

    try (SnapshotReader before = open("before");
        SnapshotReader after = open("after")) {
      SnapshotComparison comparison = new SnapshotComparison(before, after);
      long start = allocatedBytes();
      for (TensorInfo tensor : after.tensors()) {
        assertThat(comparison.compare(tensor).kind()).isEqualTo(TensorDiff.Kind.SAME);
      }
      assertThat(allocatedBytes() - start).isLessThan(50L << 20);
    }
  }

  private static long allocatedBytes() {
    return ManagementFactory.getPlatformMXBean(ThreadMXBean.class)
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @Test
  void tensorsLargerThanTheBufferStream() throws Exception {
    int count = 1_000_003;
    byte[] large = new byte[4 * count];
    large[large.length - 1] = (byte) 0x40; // the last float is 2
    SampleRuns.save(folder.resolve("before"), "bank", Map.of(floats("w", count), large));
    SampleRuns.save(
        folder.resolve("after"), "bank", Map.of(floats("w", count), new byte[large.length]));

    assertThat(diff().tensors().get(0).relativeChange()).isEqualTo(1);
    try (SnapshotReader before = open("before")) {
      assertThat(before.statistics(before.tensors().get(0)))
          .contains(new TensorStatistics(count, 0, 0, 0, 2, 2.0 / count, 2));
    }
  }
}
