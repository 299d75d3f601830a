// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.inspect.RunAttempt;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotListing;
import io.cairn.inspect.StepsAtRisk;
import io.cairn.inspect.TensorHistograms;
import io.cairn.inspect.TensorInfo;
import io.cairn.model.SnapshotId;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;

/** What the page's script reads. Numbers that nobody knows are null; times are milliseconds. */
final class ReportJson {
  static final int MAX_METRICS = 24;

  /** What a colour can show. */
  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private final JsonGenerator json;

  ReportJson(JsonGenerator json) {
    this.json = json;
  }

  void write(Report report) throws IOException {
    json.writeStartObject();
    json.writeStringField("place", report.place());
    json.writeStringField("run", report.run().value());
    json.writeStringField("made", report.made().toString());
    json.writeBooleanField("verified", report.verified());
    json.writeBooleanField("logged", report.logged());
    json.writeNumberField("stops", report.stops());
    counts(report.counts());
    attempts(report.attempts());
    json.writeArrayFieldStart("snapshots");
    for (Report.Item item : report.snapshots()) {
      snapshot(item);
    }
    json.writeEndArray();
    metrics(report.snapshots());
    risks(report.risks());
    if (report.heatMap().isPresent()) {
      heatMap(report.heatMap().get());
    }
    if (report.histograms().isPresent()) {
      histograms(report.histograms().get());
    }
    texts("notes", report.notes());
    json.writeEndObject();
  }

  private void counts(Report.Counts counts) throws IOException {
    json.writeObjectFieldStart("counts");
    json.writeNumberField("all", counts.all());
    json.writeNumberField("sound", counts.sound());
    json.writeNumberField("incomplete", counts.incomplete());
    json.writeNumberField("unreadable", counts.unreadable());
    json.writeNumberField("damaged", counts.damaged());
    json.writeEndObject();
  }

  private void attempts(List<RunAttempt> attempts) throws IOException {
    json.writeArrayFieldStart("attempts");
    for (RunAttempt attempt : attempts) {
      List<SnapshotListing> snapshots = attempt.oldestFirst();
      json.writeStartObject();
      json.writeNumberField("attempt", attempt.number());
      if (attempt.resumedFrom().isPresent()) {
        json.writeStringField("resumedFrom", Show.id(attempt.resumedFrom().get()));
      }
      if (attempt.trainedAgain().isPresent()) {
        json.writeNumberField("trainedAgain", attempt.trainedAgain().getAsLong());
      }
      json.writeNumberField("snapshots", snapshots.size());
      json.writeNumberField("newestStep", snapshots.get(snapshots.size() - 1).id().step());
      time("first", attempt.first());
      time("last", attempt.last());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void snapshot(Report.Item item) throws IOException {
    SnapshotListing listing = item.listing();
    Optional<SnapshotDetails> details = listing.details();
    json.writeStartObject();
    json.writeNumberField("step", listing.id().step());
    json.writeNumberField("attempt", listing.id().attempt());
    if (details.isPresent()) {
      json.writeNumberField("epoch", details.get().progress().epoch());
      json.writeNumberField("batch", details.get().progress().batch());
    }
    time("time", details.map(SnapshotDetails::time));
    json.writeNumberField("bytes", listing.bytes());
    json.writeNumberField("parts", listing.parts());
    json.writeStringField("verdict", item.verdict());
    texts("findings", item.findings());
    json.writeStringField("upload", SnapshotJson.name(listing.upload()));
    json.writeBooleanField("onTheWay", item.onTheWay());
    millis("stall", item.times().stall());
    millis("write", item.times().write());
    millis("uploading", item.times().upload());
    millis("lag", item.lag());
    json.writeEndObject();
  }

  private void time(String name, Optional<Instant> time) throws IOException {
    if (time.isPresent()) {
      json.writeNumberField(name, time.get().toEpochMilli());
    }
  }

  private void millis(String name, OptionalDouble millis) throws IOException {
    if (millis.isPresent()) {
      json.writeNumberField(name, millis.getAsDouble());
    }
  }

  /** By metric, one value for each snapshot: names are not repeated. */
  private void metrics(List<Report.Item> items) throws IOException {
    TreeSet<String> names = new TreeSet<>();
    items.forEach(
        item ->
            item.listing().details().ifPresent(known -> names.addAll(known.metrics().keySet())));
    json.writeNumberField("metricsInAll", names.size());
    json.writeArrayFieldStart("metrics");
    for (String name : names.stream().limit(MAX_METRICS).toList()) {
      json.writeStartObject();
      json.writeStringField("name", name);
      json.writeArrayFieldStart("values");
      for (Report.Item item : items) {
        Optional<Double> value =
            item.listing().details().map(SnapshotDetails::metrics).map(all -> all.get(name));
        if (value.isPresent()) {
          json.writeNumber(value.get());
        } else {
          json.writeNull();
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void risks(List<Report.Risk> risks) throws IOException {
    json.writeArrayFieldStart("risks");
    for (Report.Risk risk : risks) {
      json.writeStartObject();
      json.writeNumberField("attempt", risk.attempt());
      points("process", risk.process());
      points("machine", risk.machine());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void points(String name, List<StepsAtRisk.Point> points) throws IOException {
    json.writeArrayFieldStart(name);
    for (StepsAtRisk.Point point : points) {
      json.writeStartArray();
      json.writeNumber(point.time().toEpochMilli());
      json.writeNumber(point.steps());
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void heatMap(HeatMap map) throws IOException {
    boolean severalParts = map.rows().stream().anyMatch(tensor -> tensor.part() > 0);
    json.writeObjectFieldStart("heatMap");
    ids(map.columns());
    json.writeArrayFieldStart("rows");
    for (TensorInfo tensor : map.rows()) {
      json.writeString(
          severalParts ? "part " + tensor.part() + ": " + tensor.fullName() : tensor.fullName());
    }
    json.writeEndArray();
    matrix("norms", map.norms());
    matrix("updates", map.updates());
    json.writeArrayFieldStart("notFinite");
    for (HeatMap.NotFinite cell : map.notFinite()) {
      json.writeStartArray();
      json.writeNumber(cell.row());
      json.writeNumber(cell.column());
      json.writeNumber(cell.count());
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void ids(List<SnapshotId> columns) throws IOException {
    texts("columns", columns.stream().map(Show::id).toList());
  }

  private void matrix(String name, double[][] cells) throws IOException {
    json.writeArrayFieldStart(name);
    for (double[] row : cells) {
      json.writeStartArray();
      for (double cell : row) {
        if (Double.isFinite(cell)) {
          json.writeNumber(new BigDecimal(cell).round(FOUR_DIGITS).stripTrailingZeros().toString());
        } else {
          json.writeNull();
        }
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private void histograms(TensorHistograms histograms) throws IOException {
    json.writeObjectFieldStart("histograms");
    json.writeStringField("tensor", histograms.tensor());
    json.writeNumberField("part", histograms.part());
    json.writeNumberField("low", histograms.low());
    json.writeNumberField("high", histograms.high());
    ids(histograms.oldestFirst().stream().map(TensorHistograms.Histogram::id).toList());
    json.writeArrayFieldStart("counts");
    for (TensorHistograms.Histogram histogram : histograms.oldestFirst()) {
      json.writeStartArray();
      for (long count : histogram.counts()) {
        json.writeNumber(count);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void texts(String name, List<String> texts) throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
