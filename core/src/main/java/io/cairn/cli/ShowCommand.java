// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.inspect.PartContent;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorInfo;
import io.cairn.inspect.TensorStatistics;
import io.cairn.model.Fingerprint;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what is in one snapshot. */
@Command(
    name = "show",
    description = {
      "Shows a snapshot: its manifest, values, and tensors with the statistics of their numbers.",
      "NaN and infinities are counted, and left out of min, max, mean and norm."
    },
    footer = {
      "  cairn show /opt/ml/checkpoints            the newest complete one",
      "  cairn show checkpoints@1200               step 1200 of its newest attempt",
      "  cairn show checkpoints@1200/1 --quick     of attempt 1, without reading the data"
    })
final class ShowCommand extends BaseCommand {
  @Parameters(arity = "0..1", paramLabel = "SNAPSHOT", description = "FOLDER[@SNAPSHOT] or a file.")
  private Optional<String> snapshot = Optional.empty();

  @Option(names = "--quick", description = "Leave out the statistics: no data is read.")
  private boolean quick;

  ShowCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException {
    Selector selector = selector();
    Selector.Selected selected = selector.snapshot(selector.target(snapshot, Optional.empty()));
    try (SnapshotReader reader = SnapshotReader.open(selected.store(), selected.snapshot())) {
      Map<TensorInfo, TensorStatistics> statistics = quick ? Map.of() : statistics(reader);
      if (isJson()) {
        json(reader, statistics);
      } else {
        text(reader, statistics);
      }
    }
    return Exit.SOUND;
  }

  private Map<TensorInfo, TensorStatistics> statistics(SnapshotReader reader) throws IOException {
    long bytes = reader.tensors().stream().mapToLong(tensor -> tensor.spec().byteSize()).sum();
    Map<TensorInfo, TensorStatistics> statistics = new LinkedHashMap<>();
    try (ProgressDisplay progress = new ProgressDisplay(console(), "reading", bytes)) {
      for (TensorInfo tensor : reader.tensors()) {
        reader.statistics(tensor).ifPresent(found -> statistics.put(tensor, found));
        progress.accept(tensor.spec().byteSize());
      }
    }
    return statistics;
  }

  private void text(SnapshotReader reader, Map<TensorInfo, TensorStatistics> statistics) {
    SnapshotDetails details = reader.snapshot().details().orElseThrow();
    print("run " + reader.snapshot().run() + ", attempt " + reader.snapshot().id().attempt());
    print("at " + details.progress() + ", captured " + details.time());
    print("resumed from " + details.resumedFrom().map(Show::id).orElse("nothing"));
    details.metrics().forEach((name, value) -> print("metric " + name + " = " + value));
    Fingerprint fingerprint = details.fingerprint();
    fingerprint.identity().forEach((name, value) -> print("identity " + name + " = " + value));
    fingerprint
        .environment()
        .forEach((name, value) -> print("environment " + name + " = " + value));
    for (PartContent part : reader.parts()) {
      print("");
      print("part " + part.part() + ": " + part.file() + ", " + Show.bytes(part.bytes()));
      part.values().forEach((name, text) -> print("value " + name + " = " + text));
      table(part, statistics).lines().forEach(this::print);
    }
  }

  private Table table(PartContent part, Map<TensorInfo, TensorStatistics> statistics) {
    Table table =
        new Table(
            "TENSOR", "TYPE", ">SIZE", ">MIN", ">MAX", ">MEAN", ">NORM", ">NAN", ">INF", "SHARING");
    for (TensorInfo tensor : part.tensors()) {
      Optional<TensorStatistics> numbers = Optional.ofNullable(statistics.get(tensor));
      table.row(
          tensor.fullName(),
          tensor.spec().typeAndShape(),
          Show.bytes(tensor.spec().byteSize()),
          numbers.map(n -> Show.number(n.min())).orElse("-"),
          numbers.map(n -> Show.number(n.max())).orElse("-"),
          numbers.map(n -> Show.number(n.mean())).orElse("-"),
          numbers.map(n -> Show.number(n.norm())).orElse("-"),
          numbers.map(n -> String.valueOf(n.nan())).orElse("-"),
          numbers.map(n -> String.valueOf(n.infinite())).orElse("-"),
          sharing(part, tensor.section()));
    }
    return table;
  }

  private static String sharing(PartContent part, String section) {
    return Boolean.TRUE.equals(part.sections().get(section)) ? "same" : "own";
  }

  private void json(SnapshotReader reader, Map<TensorInfo, TensorStatistics> statistics)
      throws IOException {
    printJson(
        json -> {
          SnapshotJson.listing(json, reader.snapshot());
          Fingerprint fingerprint = reader.snapshot().details().orElseThrow().fingerprint();
          json.writeObjectFieldStart("fingerprint");
          SnapshotJson.texts(json, "identity", fingerprint.identity());
          SnapshotJson.texts(json, "environment", fingerprint.environment());
          json.writeEndObject();
          json.writeArrayFieldStart("content");
          for (PartContent part : reader.parts()) {
            part(json, part, statistics);
          }
          json.writeEndArray();
        });
  }

  private static void part(
      JsonGenerator json, PartContent part, Map<TensorInfo, TensorStatistics> statistics)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("part", part.part());
    json.writeStringField("file", part.file());
    json.writeNumberField("bytes", part.bytes());
    json.writeObjectFieldStart("sections");
    for (String section : part.sections().keySet()) {
      json.writeStringField(section, sharing(part, section));
    }
    json.writeEndObject();
    SnapshotJson.texts(json, "values", part.values());
    json.writeArrayFieldStart("tensors");
    for (TensorInfo tensor : part.tensors()) {
      tensor(json, tensor, Optional.ofNullable(statistics.get(tensor)));
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void tensor(
      JsonGenerator json, TensorInfo tensor, Optional<TensorStatistics> statistics)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", tensor.fullName());
    json.writeStringField("dtype", tensor.spec().dtype().name());
    json.writeArrayFieldStart("shape");
    for (long dimension : tensor.spec().shape()) {
      json.writeNumber(dimension);
    }
    json.writeEndArray();
    json.writeNumberField("bytes", tensor.spec().byteSize());
    json.writeStringField("digest", tensor.digest());
    if (statistics.isPresent()) {
      statistics(json, statistics.get());
    }
    json.writeEndObject();
  }

  private static void statistics(JsonGenerator json, TensorStatistics numbers) throws IOException {
    json.writeObjectFieldStart("statistics");
    json.writeNumberField("count", numbers.count());
    json.writeNumberField("nan", numbers.nan());
    json.writeNumberField("infinite", numbers.infinite());
    json.writeNumberField("min", numbers.min());
    json.writeNumberField("max", numbers.max());
    json.writeNumberField("mean", numbers.mean());
    json.writeNumberField("norm", numbers.norm());
    json.writeEndObject();
  }
}
