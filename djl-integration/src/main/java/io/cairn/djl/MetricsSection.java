// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.metric.Metric;
import ai.djl.metric.MetricType;
import ai.djl.metric.Metrics;
import ai.djl.metric.Unit;
import ai.djl.training.Trainer;
import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSection;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The trainer's metrics so far, if it has any: one tensor of values for each name. Unit and type
 * are those of the first value; dimensions are this host's.
 */
final class MetricsSection implements StateSection {
  private static final String NAME = "metrics";
  private static final String UNIT_OF = "unit/";
  private static final String TYPE_OF = "type/";
  private static final String WHOLE = "whole/";

  private final Trainer trainer;
  private final Map<String, MetricSeries> series = new HashMap<>();

  MetricsSection(Trainer trainer) {
    this.trainer = trainer;
  }

  @Override
  public void capture(StateSink sink) {
    Metrics metrics = trainer.getMetrics();
    if (metrics != null) {
      SectionSink section = sink.section(NAME);
      for (String name : new TreeSet<>(metrics.getMetricNames())) {
        capture(section, name, metrics.getMetric(name));
      }
    }
  }

  private void capture(SectionSink section, String name, List<Metric> values) {
    MetricSeries known = series.computeIfAbsent(name, key -> new MetricSeries());
    known.update(values);
    section.tensor(new TensorSpec(name, DType.F64, List.of((long) known.size())), known.memory());
    if (!values.isEmpty()) {
      Metric first = values.get(0);
      section.value(UNIT_OF + name, first.getUnit().getValue());
      section.value(WHOLE + name, known.isWhole());
      if (first.getMetricType() != null) {
        section.value(TYPE_OF + name, first.getMetricType().getValue());
      }
    }
  }

  @Override
  public void restore(StateSource source) throws CheckpointException {
    Metrics metrics = trainer.getMetrics();
    if (metrics == null || !source.hasSection(NAME)) {
      return;
    }
    SectionSource section = source.section(NAME);
    for (TensorSpec spec : section.tensors()) {
      if (spec.dtype() == DType.F64 && spec.shape().size() == 1) {
        restore(source, section, spec, metrics);
      }
    }
  }

  private static void restore(
      StateSource source, SectionSource section, TensorSpec spec, Metrics metrics)
      throws CheckpointException {
    double[] values = new double[Math.toIntExact(spec.shape().get(0))];
    section.tensor(spec, TensorMemory.of(values));
    if (values.length > 0) {
      Kind kind = Kind.of(section, spec.name());
      source.afterwards(() -> append(metrics, kind, values));
    }
  }

  private static void append(Metrics metrics, Kind kind, double[] values) {
    metrics.getMetric(kind.name).clear();
    for (double value : values) {
      metrics.addMetric(kind.metric(value));
    }
  }

  /** What the values of a series have in common. */
  private record Kind(String name, Unit unit, MetricType type, boolean whole) {

    static Kind of(SectionSource section, String name) throws CheckpointException {
      List<String> known = section.valueNames();
      return new Kind(
          name,
          Unit.fromValue(section.value(UNIT_OF + name)),
          known.contains(TYPE_OF + name) ? MetricType.of(section.value(TYPE_OF + name)) : null,
          section.booleanValue(WHOLE + name));
    }

    Metric metric(double value) {
      Number number = value;
      if (whole) {
        number = (long) value;
      }
      return new Metric(name, type, number, unit);
    }
  }
}
