// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;

/**
 * All that was measured, by names such as {@code StallBenchmark.cairn megabytes=64}.
 *
 * @param byName the figures
 */
record Figures(SortedMap<String, Figure> byName) {
  private static final double HALF = 50;

  static Figures of(Collection<RunResult> results) {
    SortedMap<String, Figure> figures = new TreeMap<>();
    for (RunResult result : results) {
      figures.put(name(result.getParams()), figure(result));
    }
    return new Figures(figures);
  }

  private static Figure figure(RunResult result) {
    TimeUnit unit = result.getParams().getTimeUnit();
    List<Double> medians = new ArrayList<>();
    for (BenchmarkResult fork : result.getBenchmarkResults()) {
      double median = fork.getPrimaryResult().getStatistics().getPercentile(HALF);
      medians.add(median * unit.toMicros(1));
    }
    return new Figure(medians);
  }

  private static String name(BenchmarkParams params) {
    String full = params.getBenchmark();
    String method = full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1);
    SortedMap<String, String> values = new TreeMap<>();
    for (String key : params.getParamsKeys()) {
      values.put(key, params.getParam(key));
    }
    return name(method, values);
  }

  private static String name(String method, Map<String, String> params) {
    StringBuilder name = new StringBuilder(method);
    params.forEach((key, value) -> name.append(' ').append(key).append('=').append(value));
    return name.toString();
  }

  /** A figure, if its benchmark ran. */
  Optional<Figure> get(String name) {
    return Optional.ofNullable(byName.get(name));
  }
}
