// SPDX-License-Identifier: Apache-2.0
package io.cairn.micrometer;

import io.cairn.CheckpointEvents;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/**
 * Meters of one checkpointer, tagged with {@code run} and {@code rank}: hand it to {@link
 * io.cairn.CheckpointerBuilder#events}. {@code docs/OBSERVING.md} lists the meters.
 */
public final class SnapshotMeters implements CheckpointEvents {
  private static final String BYTES = "bytes";

  private final MeterRegistry registry;
  private Tags tags = Tags.empty();
  private volatile long durableStep;
  private volatile long durableSinceNanos = System.nanoTime();
  private volatile int failuresInARow;

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
    Gauge.builder("cairn.durable.step", this, meters -> meters.durableStep)
        .description("The step of the newest snapshot that is durable")
        .tags(tags)
        .register(registry);
    TimeGauge.builder("cairn.durable.age", this, TimeUnit.SECONDS, SnapshotMeters::ageSeconds)
        .description("Since when nothing newer is durable: what a crash now would cost")
        .tags(tags)
        .register(registry);
    Gauge.builder("cairn.failures.consecutive", this, meters -> meters.failuresInARow)
        .description("Failed saves since the last one that did not fail")
        .tags(tags)
        .register(registry);
    counter("cairn.failures", "Snapshots that could not be saved", null);
    counter("cairn.skipped", "Snapshots that were due and were not taken", null);
  }

  private double ageSeconds() {
    return (System.nanoTime() - durableSinceNanos) / 1e9;
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
  public void swept(Swept event) {
    counter("cairn.dropped", "Snapshots that retention removed", null)
        .increment(event.dropped().size());
    counter("cairn.freed", "What retention removed", BYTES).increment((double) event.bytes());
  }
}
