// SPDX-License-Identifier: Apache-2.0
package io.cairn.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.CheckpointEvents;
import io.cairn.SampleRuns;
import io.cairn.model.CheckpointException;
import io.cairn.model.SnapshotId;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotMetersTest {
  private static final Path PAGE =
      Path.of(System.getProperty("basedir", "core"), "..", "docs", "OBSERVING.md");

  @TempDir Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SnapshotMeters meters = new SnapshotMeters(registry);

  @Test
  void countAndTimeWhatHappens() throws Exception {
    SampleRuns.train(folder, "bank", 30, meters);

    assertThat(registry.get("cairn.stall").timer().count()).isEqualTo(3);
    assertThat(registry.get("cairn.write").timer().totalTime(TimeUnit.NANOSECONDS)).isPositive();
    assertThat(registry.get("cairn.written").counter().count()).isEqualTo(3 * 960);
    assertThat(registry.get("cairn.durable.step").gauge().value()).isEqualTo(30);
    assertThat(registry.get("cairn.durable.age").timeGauge().value(TimeUnit.SECONDS))
        .isBetween(0.0, 600.0);
    assertThat(registry.get("cairn.failures").counter().count()).isZero();
    assertThat(registry.get("cairn.write").meter().getId().getTags())
        .containsExactly(Tag.of("rank", "0"), Tag.of("run", "bank"));
  }

  @Test
  void gaugesAreThoseOfTheRunsNewestCheckpointer() throws Exception {
    SampleRuns.train(folder, "bank", 10, meters);
    SampleRuns.train(folder, "other", 20, new SnapshotMeters(registry));
    SampleRuns.train(folder, "bank", 30, new SnapshotMeters(registry));

    assertThat(registry.get("cairn.durable.step").tag("run", "bank").gauge().value()).isEqualTo(30);
    assertThat(registry.get("cairn.durable.step").tag("run", "other").gauge().value())
        .isEqualTo(20);
    assertThat(registry.get("cairn.durable.age").tag("run", "bank").timeGauges()).hasSize(1);
    assertThat(registry.get("cairn.stall").tag("run", "bank").timer().count()).isEqualTo(3);
  }

  @Test
  void failuresAreCountedUntilOneSucceeds() throws Exception {
    SampleRuns.train(folder, "bank", 10, meters);
    CheckpointException cause = new CheckpointException("disk full");
    meters.failed(new CheckpointEvents.Failed(new SnapshotId(20, 1), cause, 1));
    meters.failed(new CheckpointEvents.Failed(new SnapshotId(30, 1), cause, 2));

    assertThat(registry.get("cairn.failures").counter().count()).isEqualTo(2);
    assertThat(registry.get("cairn.failures.consecutive").gauge().value()).isEqualTo(2);
    assertThat(registry.get("cairn.durable.step").gauge().value()).isEqualTo(10);
  }

  @Test
  void uploadsAreTimedAndTheirAgeIsKnown() throws Exception {
    SampleRuns.trainMirrored(folder.resolve("local"), folder.resolve("other"), "bank", 30, meters);

    long count = registry.get("cairn.upload").timer().count();
    assertThat(count).isBetween(1L, 3L); // a newer snapshot replaces one that waits
    assertThat(registry.get("cairn.uploaded").counter().count()).isEqualTo(960.0 * count);
    assertThat(registry.get("cairn.uploaded.step").gauge().value()).isEqualTo(30);
    assertThat(registry.get("cairn.uploaded.age").timeGauge().value(TimeUnit.SECONDS))
        .isBetween(0.0, 600.0);
    assertThat(registry.get("cairn.upload.failures").counter().count()).isZero();
  }

  @Test
  void aTrainingWhoseUploadsAllFailHasAnAge() throws Exception {
    SampleRuns.train(folder, "bank", 10, meters);
    assertThat(registry.find("cairn.uploaded.age").timeGauge()).isNull();

    meters.uploadFailed(new IOException("no route to host"));
    meters.uploadFailed(new IOException("no route to host"));

    assertThat(registry.get("cairn.upload.failures").counter().count()).isEqualTo(2);
    assertThat(registry.get("cairn.uploaded.age").timeGauge().value()).isPositive();
    assertThat(registry.get("cairn.uploaded.step").gauge().value()).isZero();
  }

  @Test
  void aTrainingOfWhichNothingIsEverUploadedHasAnAge() throws Exception {
    SampleRuns.train(folder, "bank", 10, meters);

    meters.uploadStalled(
        new CheckpointEvents.UploadStalled(
            new SnapshotId(10, 1), Duration.ofMinutes(10), Optional.empty()));

    assertThat(registry.get("cairn.upload.stalls").counter().count()).isEqualTo(1);
    assertThat(registry.get("cairn.uploaded.age").timeGauge().value()).isPositive();
    assertThat(registry.get("cairn.upload.failures").counter().count()).isZero();
  }

  @Test
  void thePageListsEveryMeter() throws IOException, CheckpointException {
    SampleRuns.trainMirrored(folder.resolve("local"), folder.resolve("other"), "bank", 10, meters);
    String page = Files.readString(PAGE);

    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .allSatisfy(
            id -> assertThat(page).contains("| `" + id.getName() + "` | " + kind(id.getType())));
  }

  private static String kind(Meter.Type type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}
