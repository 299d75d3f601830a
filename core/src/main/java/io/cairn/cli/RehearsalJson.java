// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.model.SnapshotId;
import io.cairn.rehearsal.AttemptReport;
import io.cairn.rehearsal.Comparison;
import io.cairn.rehearsal.RehearsalReport;
import io.cairn.rehearsal.ResumePoint;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A rehearsal as members of a JSON object. */
final class RehearsalJson {
  private final JsonGenerator json;

  RehearsalJson(JsonGenerator json) {
    this.json = json;
  }

  void write(RehearsalReport report) throws IOException {
    json.writeStringField("folder", report.folder().toString());
    json.writeNumberField("seed", report.seed());
    json.writeStringField("verdict", SnapshotJson.name(report.verdict().kind()));
    json.writeBooleanField("survived", report.verdict().isSurvived());
    json.writeStringField("reason", report.verdict().reason());
    json.writeNumberField("stepsLost", report.stepsLost());
    json.writeNumberField("stepsLostWithoutSnapshots", report.stepsLostWithoutSnapshots());
    if (report.comparison().isPresent()) {
      comparison(report.comparison().get());
    }
    json.writeArrayFieldStart("attempts");
    for (AttemptReport attempt : report.attempts()) {
      json.writeStartObject();
      attempt(attempt);
      number("stepsLost", report.stepsLost(attempt.number()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void comparison(Comparison comparison) throws IOException {
    json.writeObjectFieldStart("comparison");
    texts("compared", comparison.compared());
    texts("differences", comparison.differences());
    texts("missing", comparison.missing());
    json.writeEndObject();
  }

  private void attempt(AttemptReport attempt) throws IOException {
    json.writeNumberField("attempt", attempt.number());
    json.writeNumberField("hosts", attempt.hosts());
    json.writeNumberField("restoredFiles", attempt.restored());
    snapshot("newestInS3", attempt.available());
    resume(attempt.resume());
    number("reachedStep", attempt.reached());
    json.writeStringField("end", SnapshotJson.name(attempt.end()));
    json.writeStringField("why", attempt.why());
    json.writeNumberField("milliseconds", attempt.duration().toMillis());
    json.writeNumberField("uploadedFiles", attempt.uploaded().files());
    json.writeNumberField("uploadedBytes", attempt.uploaded().bytes());
    numbers("stallMilliseconds", attempt.times().stalls());
    numbers("writeMilliseconds", attempt.times().writes());
  }

  private void resume(ResumePoint resume) throws IOException {
    json.writeObjectFieldStart("resumed");
    number("step", resume.step());
    snapshot("snapshot", resume.snapshot());
    json.writeStringField("evidence", SnapshotJson.name(resume.evidence()));
    json.writeEndObject();
  }

  private void snapshot(String name, Optional<SnapshotId> id) throws IOException {
    if (id.isPresent()) {
      json.writeObjectFieldStart(name);
      json.writeNumberField("step", id.get().step());
      json.writeNumberField("attempt", id.get().attempt());
      json.writeEndObject();
    }
  }

  private void number(String name, OptionalLong number) throws IOException {
    if (number.isPresent()) {
      json.writeNumberField(name, number.getAsLong());
    }
  }

  private void numbers(String name, List<Double> numbers) throws IOException {
    json.writeArrayFieldStart(name);
    for (double number : numbers) {
      json.writeNumber(number);
    }
    json.writeEndArray();
  }

  private void texts(String name, List<String> texts) throws IOException {
    json.writeArrayFieldStart(name);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
