// SPDX-License-Identifier: Apache-2.0
package io.cairn.micrometer;

import io.cairn.CheckpointEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Meters of one checkpointer, tagged with {@code run} and {@code rank}: hand it to {@link
 * io.cairn.CheckpointerBuilder#events}. {@code docs/OBSERVING.md} lists the meters.
 */
public final class SnapshotMeters implements CheckpointEvents {
  private static final String BYTES = "bytes";
  private static final String UPLOAD_FAILURES = "Tries to upload a snapshot that failed";
  private static final String UPLOAD_STALLS = "How often nothing was uploaded for too long";

  private final MeterRegistry registry;
  private Tags tags = Tags.empty();
  private volatile long durableStep;
  private volatile long durableSinceNanos = System.nanoTime();
  private volatile long uploadedStep;
  private volatile long uploadedSinceNanos = System.nanoTime();
  private volatile int failuresInARow;
  private boolean uploads;

  /**
   * Meters in a registry; they appear when the checkpointer opens.
   *
   * @param registry takes them
   */
  public SnapshotMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void opened(Opened event) {
    String rank = String.valueOf(event.rank().index());
    tags = Tags.of("run", event.run().value(), "rank", rank);
    gauge(
        "cairn.durable.step",
        "The step of the newest snapshot that is durable",
        m -> m.durableStep);
    age(
        "cairn.durable.age",
        "Since when nothing newer is durable: what a crash now would cost",
        meters -> secondsSince(meters.durableSinceNanos));
    gauge(
        "cairn.failures.consecutive",
        "Failed saves since the last one that did not fail",
        meters -> meters.failuresInARow);
    counter("cairn.failures", "Snapshots that could not be saved", null);
    counter("cairn.skipped", "Snapshots that were due and were not taken", null);
  }

  /** Only for trainings that upload: for others, an age that grows would be a false alarm. */
  private synchronized void openUploads() {
    if (!uploads) {
      uploads = true;
      gauge("cairn.uploaded.step", "The step of the newest snapshot uploaded", m -> m.uploadedStep);
      age(
          "cairn.uploaded.age",
          "Since when nothing newer is uploaded: what the loss of the machine would cost",
          meters -> secondsSince(meters.uploadedSinceNanos));
      counter("cairn.upload.failures", UPLOAD_FAILURES, null);
      counter("cairn.upload.stalls", UPLOAD_STALLS, null);
    }
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private void gauge(String name, String description, ToDoubleFunction<SnapshotMeters> value) {
    removeOfEarlier(name);
    Gauge.builder(name, this, value)
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  private void age(String name, String description, ToDoubleFunction<SnapshotMeters> seconds) {
    removeOfEarlier(name);
    TimeGauge.builder(name, this, TimeUnit.SECONDS, seconds)
        .description(description)
        .tags(tags)
        .strongReference(true)
        .register(registry);
  }

  /**
   * A registry keeps the gauge that it has: that of the run's checkpointer before, in this process.
   */
  private void removeOfEarlier(String name) {
    registry.find(name).tags(tags).meters().forEach(registry::remove);
  }

  private Counter counter(String name, String description, String unit) {
    return Counter.builder(name)
        .description(description)
        .baseUnit(unit)
        .tags(tags)
        .register(registry);
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name).description(description).tags(tags).register(registry);
  }

  @Override
  public void restored(Restored event) {
    timer("cairn.restore", "Listing, verifying and loading at the start").record(event.duration());
    counter("cairn.refused", "Snapshots found at the start that could not be used", null)
        .increment(event.refusals().size());
    durable(event.progress().step());
  }

  @Override
  public void captured(Captured event) {
    timer("cairn.stall", "How long training stood still for a snapshot").record(event.stall());
  }

  @Override
  public void committed(Committed event) {
    timer("cairn.write", "From the start of writing until durable").record(event.write());
    counter("cairn.written", "Data of durable snapshots", BYTES).increment((double) event.bytes());
    durable(event.progress().step());
    failuresInARow = 0;
  }

  private void durable(long step) {
    durableStep = step;
    durableSinceNanos = System.nanoTime();
  }

  @Override
  public void skipped(Skipped event) {
    counter("cairn.skipped", "Snapshots that were due and were not taken", null).increment();
  }

  @Override
  public void failed(Failed event) {
    counter("cairn.failures", "Snapshots that could not be saved", null).increment();
    failuresInARow = event.consecutive();
  }

  @Override
  public void uploaded(Uploaded event) {
    uploadedStep = event.id().step();
    uploadedSinceNanos = System.nanoTime();
    openUploads();
    timer("cairn.upload", "How long an upload took that succeeded").record(event.duration());
    counter("cairn.uploaded", "Data of uploaded snapshots", BYTES)
        .increment((double) event.bytes());
  }

  @Override
  public void uploadFailed(IOException cause) {
    openUploads();
    counter("cairn.upload.failures", UPLOAD_FAILURES, null).increment();
  }

  @Override
  public void uploadStalled(UploadStalled event) {
    openUploads();
    counter("cairn.upload.stalls", UPLOAD_STALLS, null).increment();
  }

  @Override
  public void swept(Swept event) {
    counter("cairn.dropped", "Snapshots that retention removed", null)
        .increment(event.dropped().size());
    counter("cairn.freed", "What retention removed", BYTES).increment((double) event.bytes());
  }
}
