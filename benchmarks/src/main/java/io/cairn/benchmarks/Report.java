// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came out.
 *
 * @param figures all figures
 * @param rows the goals
 * @param leftOut what was not measured, and why
 */
record Report(Figures figures, List<Row> rows, List<String> leftOut) {
  private static final double GIB = 1L << 30;

  /** For people. */
  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("Machine: ").append(machine()).append("\n\n");
    text.append("| work | ours | beside | theirs | ratio | goal | met |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    for (Row row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s | %s | %s |%n",
              row.work(),
              row.ours(),
              row.beside(),
              row.theirs(),
              row.ratio(),
              row.goal(),
              row.isMet() ? "yes" : "no"));
    }
    text.append(
            "\nTimes are medians over forks of the medians in a fork, with the smallest and the")
        .append(" largest fork in parentheses.\n");
    leftOut.forEach(what -> text.append("\nLeft out: ").append(what).append('\n'));
    text.append("\n| figure | time |\n|---|---|\n");
    figures
        .byName()
        .forEach(
            (name, figure) ->
                text.append("| ").append(name).append(" | ").append(figure).append(" |\n"));
    return text.toString();
  }

  private static String machine() {
    return String.format(
        Locale.ROOT,
        "%d cores, %.0f GiB, %s %s, %s %s",
        Runtime.getRuntime().availableProcessors(),
        Size.memoryBytes() / GIB,
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("java.vm.name"),
        System.getProperty("java.vm.version"));
  }

  /** For programs: every figure's fork medians in microseconds. */
  String json() {
    return figures.byName().entrySet().stream()
        .map(Report::line)
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private static String line(Map.Entry<String, Figure> entry) {
    return "  \"" + entry.getKey() + "\": " + entry.getValue().micros();
  }
}
