// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.metric.Metric;
import ai.djl.metric.Metrics;
import ai.djl.metric.Unit;
import io.cairn.model.CheckpointException;
import io.cairn.model.Progress;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsSectionTest {

  @Test
  void everySeriesComesBackWithItsValuesAndUnit() throws CheckpointException {
    MemorySnapshot saved;
    List<String> expected;
    try (Training training = Training.with("adam").start()) {
      Metrics metrics = training.trainer.getMetrics();
      metrics.addMetric("disk", 12, Unit.GIGABYTES);
      metrics.addMetric("odd", Float.NaN);
      metrics.addMetric("odd", 1.0E-7f);
      metrics.addMetric("odd", -0.0);
      training.train(Progress.START, 2, 13);
      saved = training.snapshot();
      expected = texts(metrics);
    }
    assertThat(expected).hasSizeGreaterThan(60).anyMatch(text -> text.startsWith("train_all_"));

    try (Training training = Training.with("adam").start()) {
      saved.restore(training.state);
      assertThat(texts(training.trainer.getMetrics())).isEqualTo(expected);
    }
  }

  @Test
  void wholeNumbersAreThoseOfASeriesThatHasNoOthers() {
    Metrics metrics = new Metrics();
    MetricSeries series = new MetricSeries();
    metrics.addMetric("rate", 1);
    series.update(metrics.getMetric("rate"));
    assertThat(series.isWhole()).isTrue();
    metrics.addMetric("rate", 0.5);
    metrics.addMetric("rate", 2);
    series.update(metrics.getMetric("rate"));
    assertThat(series.isWhole()).isFalse();
  }

  @Test
  void onlyWhatIsNewIsReadAgain() {
    Metrics metrics = new Metrics();
    MetricSeries series = new MetricSeries();
    for (int i = 0; i < 1000; i++) {
      metrics.addMetric("loss", i);
      series.update(metrics.getMetric("loss"));
      assertThat(series.size()).isEqualTo(i + 1);
    }
    assertThat(series.memory().byteSize()).isEqualTo(8000);
  }

  @Test
  void aSeriesThatDjlClearedIsReadAfresh() {
    Metrics metrics = new Metrics();
    metrics.setLimit(10);
    MetricSeries series = new MetricSeries();
    for (int i = 0; i < 25; i++) {
      metrics.addMetric("loss", i);
      series.update(metrics.getMetric("loss"));
      assertThat(series.size()).isEqualTo(i % 10 + 1);
    }
  }

  private static List<String> texts(Metrics metrics) {
    return metrics.getMetricNames().stream()
        .sorted()
        .flatMap(name -> metrics.getMetric(name).stream())
        .map(Metric::toString)
        .toList();
  }
}
