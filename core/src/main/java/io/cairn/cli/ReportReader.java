// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorHistograms;
import io.cairn.inspect.TensorHistory;
import io.cairn.inspect.TensorInfo;
import io.cairn.model.DType;
import io.cairn.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the tensors that a report shows. */
final class ReportReader {
  private static final String MODEL = "model";
  private static final int MAX_HISTOGRAMS = 60;

  private final Console console;
  private final Store store;
  private final List<SnapshotListing> way;
  private final List<TensorInfo> tensors;

  /**
   * Opens the newest snapshot for the names of its tensors.
   *
   * @param way sound snapshots, oldest first; at least one
   */
  ReportReader(Console console, Store store, List<SnapshotListing> way) throws IOException {
    this.console = console;
    this.store = store;
    this.way = way;
    try (SnapshotReader newest = SnapshotReader.open(store, way.get(way.size() - 1))) {
      tensors = newest.tensors();
    }
  }

  void heatMap(Optional<String> glob, ReportBuilder report) throws IOException, CliException {
    List<TensorInfo> wanted = tensors.stream().filter(wanted(glob)).toList();
    if (wanted.isEmpty() && glob.isPresent()) {
      throw new CliException("--tensor '" + glob.get() + "' names no tensor; " + names());
    }
    List<TensorInfo> rows = wanted.subList(0, Math.min(HeatMap.MAX_ROWS, wanted.size()));
    List<SnapshotListing> columns = Sample.evenly(way, HeatMap.columnsFor(rows.size()));
    if (rows.size() < wanted.size()) {
      report.note(
          "The heat map shows the first %d of %d tensors; --tensor GLOB chooses others."
              .formatted(rows.size(), wanted.size()));
    }
    if (columns.size() < way.size()) {
      report.note(
          ("The heat map shows %d of %d snapshots, evenly spread; an update there is the change"
                  + " since the snapshot shown before.")
              .formatted(columns.size(), way.size()));
    }
    HeatMap map = new HeatMap(rows, columns.stream().map(SnapshotListing::id).toList());
    long bytes = columns.stream().mapToLong(SnapshotListing::bytes).sum();
    try (ProgressDisplay progress = new ProgressDisplay(console, "reading tensors", bytes)) {
      new TensorHistory(store, map::isRow, progress).read(columns, map::add);
    }
    report.heatMap(map);
  }

  private static Predicate<TensorInfo> wanted(Optional<String> glob) {
    return glob.isPresent()
        ? tensor -> Glob.of(glob.get()).test(tensor.fullName())
        : tensor -> tensor.spec().dtype() != DType.U8;
  }

  void histograms(Optional<String> name, ReportBuilder report) throws IOException, CliException {
    Optional<TensorInfo> tensor = name.isPresent() ? Optional.of(named(name.get())) : largest();
    if (tensor.isEmpty()) {
      return;
    }
    List<SnapshotListing> some = Sample.evenly(way, MAX_HISTOGRAMS);
    if (some.size() < way.size()) {
      report.note(
          "The histograms are of %d of %d snapshots, evenly spread."
              .formatted(some.size(), way.size()));
    }
    long bytes = 2L * some.size() * tensor.get().spec().byteSize();
    try (ProgressDisplay progress = new ProgressDisplay(console, "counting", bytes)) {
      report.histograms(TensorHistograms.read(store, some, tensor.get(), progress));
    }
  }

  private TensorInfo named(String name) throws CliException {
    return tensors.stream()
        .filter(tensor -> tensor.fullName().equals(name))
        .findFirst()
        .orElseThrow(() -> new CliException("--histogram: no tensor '" + name + "'; " + names()));
  }

  /** The model's largest tensor; without a model, the largest. */
  private Optional<TensorInfo> largest() {
    Comparator<TensorInfo> bySize = Comparator.comparingLong(tensor -> tensor.spec().byteSize());
    List<TensorInfo> numbers = tensors.stream().filter(wanted(Optional.empty())).toList();
    return numbers.stream()
        .filter(tensor -> tensor.section().equals(MODEL))
        .max(bySize)
        .or(() -> numbers.stream().max(bySize));
  }

  private String names() {
    int shown = 8;
    List<String> names = new ArrayList<>(tensors.stream().map(TensorInfo::fullName).toList());
    String some = String.join(", ", names.subList(0, Math.min(shown, names.size())));
    return "the newest snapshot has " + some + (names.size() > shown ? ", ..." : "");
  }
}
