// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;

/** Draws what came out. */
final class Plots {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 600;
  private static final double MICROS_IN_MILLI = 1000;

  private static final double LARGEST_SHOWN = 0.9;

  private Plots() {}

  static void write(Report report, Path folder) throws IOException {
    System.setProperty("java.awt.headless", "true");
    stalls(report.figures(), folder);
    ratios(report.rows(), folder);
  }

  /** Time against size, both on log axes: the span is decades. */
  private static void stalls(Figures figures, Path folder) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("How long a snapshot holds the training up")
            .xAxisTitle("state, MiB")
            .yAxisTitle("ms")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    for (String method : List.of("memcpy", "cairn", "javaSerialization")) {
      line(chart, method, figures, "StallBenchmark." + method + " megabytes=%s");
    }
    line(chart, "DJL Model.save", figures, "PeerBenchmark.save megabytes=%s peer=DJL");
    line(chart, "DL4J ModelSerializer", figures, "PeerBenchmark.save megabytes=%s peer=DL4J");
    if (!chart.getSeriesMap().isEmpty()) {
      BitmapEncoder.saveBitmap(chart, folder.resolve("stall").toString(), BitmapFormat.PNG);
    }
  }

  private static void line(XYChart chart, String label, Figures figures, String form) {
    List<Double> sizes = new ArrayList<>();
    List<Double> millis = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    for (String size : List.of("4", "8", "64", "512", "4096")) {
      Optional<Figure> figure = figures.get(form.formatted(size));
      if (figure.isPresent()) {
        sizes.add(Double.valueOf(size));
        millis.add(figure.get().median() / MICROS_IN_MILLI);
        errors.add(
            error(figure.get().min(), figure.get().max(), figure.get().median()) / MICROS_IN_MILLI);
      }
    }
    if (!sizes.isEmpty()) {
      chart.addSeries(label, sizes, millis, errors);
    }
  }

  /** Each goal's ratio as a part of its bound, so that all fit into one picture. */
  private static void ratios(List<Row> rows, Path folder) throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    List<Integer> numbers = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    for (Row row : rows) {
      numbers.add(numbers.size() + 1);
      double bound = row.goal().bound();
      shares.add(row.ratio().value() / bound);
      Ratio ratio = row.ratio();
      errors.add(error(ratio.low(), ratio.high(), ratio.value()) / bound);
    }
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Ratio over bound, by row of the table")
            .xAxisTitle("row")
            .yAxisTitle("ratio / bound")
            .build();
    // Bars begin at 0, which no logarithmic axis has.
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    chart.getStyler().setYAxisLogarithmic(true).setLegendVisible(false);
    chart.addSeries("rows", numbers, shares, errors);
    BitmapEncoder.saveBitmap(chart, folder.resolve("goals").toString(), BitmapFormat.PNG);
  }

  /** Half the spread; less where a logarithmic axis could not show it. */
  private static double error(double low, double high, double value) {
    return Math.min((high - low) / 2, value * LARGEST_SHOWN);
  }
}
