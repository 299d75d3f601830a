// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Rows in columns. A column whose heading begins with {@code >} is aligned to the right. */
final class Table {
  private static final String RIGHT = ">";
  private static final String GAP = "  ";

  private final boolean[] right;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... headings) {
    right = new boolean[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(RIGHT);
    }
    rows.add(Arrays.stream(headings).map(Table::withoutMark).toList());
  }

  private static String withoutMark(String heading) {
    return heading.startsWith(RIGHT) ? heading.substring(RIGHT.length()) : heading;
  }

  void row(Object... cells) {
    rows.add(Arrays.stream(cells).map(String::valueOf).toList());
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  List<String> lines() {
    int[] widths = new int[right.length];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).collect(Collectors.toList());
  }

  private String line(List<String> row, int[] widths) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String space = " ".repeat(widths[i] - row.get(i).length());
      cells.add(right[i] ? space + row.get(i) : row.get(i) + space);
    }
    return String.join(GAP, cells).stripTrailing();
  }

  /** The rows as CSV (RFC 4180). */
  List<String> csv() {
    return rows.stream()
        .map(row -> row.stream().map(Table::csv).collect(Collectors.joining(",")))
        .toList();
  }

  private static String csv(String cell) {
    boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
