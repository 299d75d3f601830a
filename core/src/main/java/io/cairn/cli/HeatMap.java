// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.TensorInfo;
import io.cairn.inspect.TensorRecord;
import io.cairn.model.SnapshotId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Norms and updates of many tensors in many snapshots. Filled by one thread. */
final class HeatMap {
  /** Beyond it a page no longer opens at once: columns are left out. */
  static final int MAX_CELLS = 30_000;

  static final int MAX_ROWS = 500;
  private static final int FEWEST_COLUMNS = 20;
  private static final int MAX_COLUMNS = 200;

  private final List<TensorInfo> rows;
  private final List<SnapshotId> columns;
  private final Map<String, Integer> rowOf = new HashMap<>();
  private final Map<SnapshotId, Integer> columnOf = new HashMap<>();
  private final double[][] norms;
  private final double[][] updates;
  private final List<NotFinite> notFinite = new ArrayList<>();

  /** A cell with numbers that are no numbers. */
  record NotFinite(int row, int column, long count) {}

  HeatMap(List<TensorInfo> rows, List<SnapshotId> columns) {
    this.rows = List.copyOf(rows);
    this.columns = List.copyOf(columns);
    rows.forEach(row -> rowOf.put(key(row), rowOf.size()));
    columns.forEach(column -> columnOf.put(column, columnOf.size()));
    norms = unknown();
    updates = unknown();
  }

  private double[][] unknown() {
    double[][] cells = new double[rows.size()][columns.size()];
    Arrays.stream(cells).forEach(row -> Arrays.fill(row, Double.NaN));
    return cells;
  }

  private static String key(TensorInfo tensor) {
    return tensor.part() + " " + tensor.fullName();
  }

  /** How many columns keep the map small. */
  static int columnsFor(int rows) {
    return Math.max(FEWEST_COLUMNS, Math.min(MAX_COLUMNS, MAX_CELLS / Math.max(1, rows)));
  }

  boolean isRow(TensorInfo tensor) {
    return rowOf.containsKey(key(tensor));
  }

  void add(TensorRecord cell) {
    int row = rowOf.get(key(cell.tensor()));
    int column = columnOf.get(cell.snapshot().id());
    norms[row][column] = cell.numbers().norm();
    updates[row][column] = cell.relativeUpdate();
    long bad = cell.numbers().nan() + cell.numbers().infinite();
    if (bad > 0) {
      notFinite.add(new NotFinite(row, column, bad));
    }
  }

  List<TensorInfo> rows() {
    return rows;
  }

  List<SnapshotId> columns() {
    return columns;
  }

  /** By row, then column; NaN where unknown. */
  double[][] norms() {
    return norms;
  }

  /** The change since the column before by the norm there; by row, then column. */
  double[][] updates() {
    return updates;
  }

  List<NotFinite> notFinite() {
    return notFinite;
  }
}
