// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.RunListing;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.TensorHistory;
import io.cairn.inspect.TensorInfo;
import io.cairn.inspect.TensorRecord;
import io.cairn.model.DType;
import io.cairn.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Norms and update sizes over all snapshots of a training. */
@Command(
    name = "stats",
    description = {
      "Shows, for each snapshot on the way to the newest one and each tensor: its norm, the norm of"
          + " its change since the snapshot before, that change relative to the norm before, and"
          + " how many numbers are not finite.",
      "Steps that were trained again after a restart are there once. Opaque bytes (U8) are left out"
          + " unless --tensor names them."
    },
    footer = {
      "  cairn stats checkpoints --tensor 'model/*'",
      "  cairn stats checkpoints --csv > norms.csv"
    })
final class StatsCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "FOLDER", description = "Where the snapshots are.")
  private Optional<String> folder = Optional.empty();

  @Option(
      names = "--tensor",
      paramLabel = "GLOB",
      description = "Only tensors of these names, such as 'model/*'.")
  private Optional<String> glob = Optional.empty();

  @Option(names = "--csv", description = "Print comma-separated values, with all digits.")
  private boolean csv;

  StatsCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException {
    Selector selector = selector();
    Selector.Target target = selector.wholeFolder(folder);
    Selector.Folder open = selector.folder(target);
    RunListing run = selector.run(open, target);
    List<SnapshotListing> lineage = run.lineage();
    if (lineage.isEmpty()) {
      SnapshotListing newest = run.newestFirst().get(0);
      throw new CliException(
          "no snapshot of run '"
              + run.run()
              + "' can be read; the newest, "
              + Show.id(newest.id())
              + ": "
              + newest.problem());
    }
    List<TensorRecord> rows = rows(open.store(), lineage);
    if (rows.isEmpty() && glob.isPresent()) {
      throw new CliException(
          "no tensor of run '" + run.run() + "' is like '" + glob.get() + "'; 'show' lists them");
    }
    if (isJson()) {
      json(open.place(), run, rows);
    } else {
      Table table = table(rows);
      (csv ? table.csv() : table.lines()).forEach(this::print);
    }
    return Exit.SOUND;
  }

  private List<TensorRecord> rows(Store store, List<SnapshotListing> lineage) throws IOException {
    List<TensorRecord> rows = new ArrayList<>();
    long bytes = lineage.stream().mapToLong(SnapshotListing::bytes).sum();
    try (ProgressDisplay progress = new ProgressDisplay(console(), "reading", bytes)) {
      new TensorHistory(store, this::isWanted, progress).read(lineage, rows::add);
    }
    return rows;
  }

  private boolean isWanted(TensorInfo tensor) {
    return glob.isPresent()
        ? Glob.of(glob.get()).test(tensor.fullName())
        : tensor.spec().dtype() != DType.U8;
  }

  private Table table(List<TensorRecord> rows) {
    Table table =
        new Table(
            ">STEP",
            ">ATTEMPT",
            ">PART",
            "TENSOR",
            ">NORM",
            ">UPDATE",
            ">RELATIVE",
            ">NAN",
            ">INF");
    for (TensorRecord row : rows) {
      table.row(
          row.snapshot().id().step(),
          row.snapshot().id().attempt(),
          row.tensor().part(),
          row.tensor().fullName(),
          number(row.numbers().norm()),
          number(row.update()),
          number(row.relativeUpdate()),
          row.numbers().nan(),
          row.numbers().infinite());
    }
    return table;
  }

  private String number(double value) {
    if (csv) {
      return Double.isNaN(value) ? "" : String.valueOf(value);
    }
    return Double.isNaN(value) ? "-" : Show.number(value);
  }

  private void json(String place, RunListing run, List<TensorRecord> rows) throws IOException {
    printJson(
        json -> {
          json.writeStringField("place", place);
          json.writeStringField("run", run.run().value());
          json.writeArrayFieldStart("rows");
          for (TensorRecord row : rows) {
            json.writeStartObject();
            json.writeNumberField("step", row.snapshot().id().step());
            json.writeNumberField("attempt", row.snapshot().id().attempt());
            json.writeNumberField("part", row.tensor().part());
            json.writeStringField("tensor", row.tensor().fullName());
            json.writeNumberField("norm", row.numbers().norm());
            json.writeNumberField("update", row.update());
            json.writeNumberField("relativeUpdate", row.relativeUpdate());
            json.writeNumberField("nan", row.numbers().nan());
            json.writeNumberField("infinite", row.numbers().infinite());
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }
}
