// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.inspect.Measured;
import io.cairn.inspect.SnapshotComparison;
import io.cairn.inspect.SnapshotDiff;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorDiff;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what changed between two snapshots. */
@Command(
    name = "diff",
    description = {
      "Says what changed from one snapshot to another: position, metrics, configuration, values,"
          + " and tensors by relative change (the norm of the difference over the norm before).",
      "Attempt and time do not count, nor what a training measured of itself (the section metrics,"
          + " elapsed times): one that was killed and resumed should be the same as one that was"
          + " not."
    },
    footer = {
      "  cairn diff checkpoints@1000 @1200                two steps of one training",
      "  cairn diff killed/checkpoints other/checkpoints  the newest of each of two trainings"
    })
final class DiffCommand extends BaseCommand {
  private static final int SHOWN = 20;

  private static final Comparator<TensorDiff> LARGEST_FIRST =
      Comparator.comparing((TensorDiff tensor) -> tensor.kind() == TensorDiff.Kind.CHANGED)
          .thenComparing(TensorDiff::relativeChange, Comparator.reverseOrder())
          .thenComparing(TensorDiff::name);

  @Parameters(index = "0", paramLabel = "BEFORE", description = "FOLDER[@SNAPSHOT] or a file.")
  private String before;

  @Parameters(
      index = "1",
      paramLabel = "AFTER",
      description = "The same; @SNAPSHOT alone is in the first one's folder.")
  private String after;

  @Option(names = "--all", description = "Show all tensors that changed, not only " + SHOWN + ".")
  private boolean all;

  DiffCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws CliException, IOException {
    Selector selector = selector();
    Selector.Target first = selector.target(Optional.of(before), Optional.empty());
    Selector.Target second = selector.target(Optional.of(after), Optional.of(first.place()));
    Selector.Selected old = selector.snapshot(first);
    Selector.Selected young = selector.snapshot(second);
    try (SnapshotReader oldReader = SnapshotReader.open(old.store(), old.snapshot());
        SnapshotReader youngReader = SnapshotReader.open(young.store(), young.snapshot())) {
      SnapshotDiff diff = compare(oldReader, youngReader);
      if (isJson()) {
        json(old.snapshot(), young.snapshot(), diff);
      } else {
        text(diff);
      }
      return diff.isSame() ? Exit.SOUND : Exit.DAMAGE;
    }
  }

  private SnapshotDiff compare(SnapshotReader old, SnapshotReader young) throws IOException {
    int count = Math.max(old.tensors().size(), young.tensors().size());
    long bytes = old.tensors().stream().mapToLong(tensor -> tensor.spec().byteSize()).sum();
    try (ProgressDisplay progress = new ProgressDisplay(console(), "comparing", bytes)) {
      return new SnapshotComparison(old, young).run(tensor -> progress.accept(bytes / count));
    }
  }

  private void text(SnapshotDiff diff) {
    for (SnapshotDiff.FactDiff fact : diff.facts()) {
      print(
          fact.group()
              + " "
              + fact.name()
              + ": "
              + was(fact.before())
              + " -> "
              + was(fact.after()));
    }
    List<TensorDiff> changed = diff.changed().stream().sorted(LARGEST_FIRST).toList();
    Table table = new Table("TENSOR", "CHANGE", ">RELATIVE", ">DISTANCE", ">LARGEST", "TYPE");
    boolean severalParts = diff.tensors().stream().anyMatch(tensor -> tensor.part() > 0);
    for (TensorDiff tensor : all ? changed : changed.subList(0, Math.min(SHOWN, changed.size()))) {
      table.row(
          (severalParts ? "part " + tensor.part() + " " : "") + tensor.name(),
          SnapshotJson.name(tensor.kind()),
          number(tensor.relativeChange()),
          number(tensor.distance()),
          number(tensor.largest()),
          type(tensor));
    }
    if (!table.isEmpty()) {
      table.lines().forEach(this::print);
    }
    if (changed.size() > SHOWN && !all) {
      print("... and " + (changed.size() - SHOWN) + " more (--all shows them)");
    }
    int same = diff.tensors().size() - changed.size();
    print(
        diff.isSame()
            ? "the same: " + Show.count(same, "tensor") + ", every bit" + measured(diff)
            : changed.size() + " of " + diff.tensors().size() + " tensors differ");
  }

  private static String measured(SnapshotDiff diff) {
    return diff.measured() == 0
        ? ""
        : "; of what was measured, " + diff.measured() + " differ, which does not count";
  }

  private static String was(String text) {
    return text.isEmpty() ? "(nothing)" : text;
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : Show.number(value);
  }

  private static String type(TensorDiff tensor) {
    return tensor.kind() == TensorDiff.Kind.RESHAPED
        ? tensor.before() + " -> " + tensor.after()
        : tensor.before().isEmpty() ? tensor.after() : tensor.before();
  }

  private void json(SnapshotListing old, SnapshotListing young, SnapshotDiff diff)
      throws IOException {
    printJson(
        json -> {
          json.writeObjectFieldStart("before");
          SnapshotJson.id(json, old);
          json.writeEndObject();
          json.writeObjectFieldStart("after");
          SnapshotJson.id(json, young);
          json.writeEndObject();
          json.writeBooleanField("same", diff.isSame());
          json.writeArrayFieldStart("facts");
          for (SnapshotDiff.FactDiff fact : diff.facts()) {
            json.writeStartObject();
            json.writeStringField("group", fact.group());
            json.writeStringField("name", fact.name());
            json.writeStringField("before", fact.before());
            json.writeStringField("after", fact.after());
            json.writeBooleanField("measured", Measured.is(fact.name()));
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayFieldStart("tensors");
          for (TensorDiff tensor : diff.tensors()) {
            tensor(json, tensor);
          }
          json.writeEndArray();
        });
  }

  private static void tensor(JsonGenerator json, TensorDiff tensor) throws IOException {
    json.writeStartObject();
    json.writeNumberField("part", tensor.part());
    json.writeStringField("name", tensor.name());
    json.writeStringField("kind", SnapshotJson.name(tensor.kind()));
    json.writeBooleanField("measured", Measured.is(tensor.name()));
    json.writeStringField("before", tensor.before());
    json.writeStringField("after", tensor.after());
    json.writeNumberField("normBefore", tensor.normBefore());
    json.writeNumberField("normAfter", tensor.normAfter());
    json.writeNumberField("distance", tensor.distance());
    json.writeNumberField("largest", tensor.largest());
    json.writeNumberField("relativeChange", tensor.relativeChange());
    json.writeEndObject();
  }
}
