// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.inspect.SnapshotDetails;
import io.cairn.inspect.SnapshotListing;
import io.cairn.model.SnapshotId;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Members that several commands write. */
final class SnapshotJson {
  private SnapshotJson() {}

  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static void id(JsonGenerator json, SnapshotListing snapshot) throws IOException {
    json.writeStringField("run", snapshot.run().value());
    json.writeNumberField("step", snapshot.id().step());
    json.writeNumberField("attempt", snapshot.id().attempt());
  }

  static void listing(JsonGenerator json, SnapshotListing snapshot) throws IOException {
    id(json, snapshot);
    json.writeNumberField("parts", snapshot.parts());
    json.writeNumberField("bytes", snapshot.bytes());
    json.writeStringField("status", name(snapshot.status()));
    json.writeStringField("problem", snapshot.problem());
    json.writeStringField("upload", name(snapshot.upload()));
    if (snapshot.details().isPresent()) {
      details(json, snapshot.details().get());
    }
  }

  private static void details(JsonGenerator json, SnapshotDetails details) throws IOException {
    json.writeNumberField("epoch", details.progress().epoch());
    json.writeNumberField("batch", details.progress().batch());
    json.writeStringField("time", details.time().toString());
    if (details.resumedFrom().isPresent()) {
      SnapshotId from = details.resumedFrom().get();
      json.writeObjectFieldStart("resumedFrom");
      json.writeNumberField("step", from.step());
      json.writeNumberField("attempt", from.attempt());
      json.writeEndObject();
    }
    json.writeObjectFieldStart("metrics");
    for (Map.Entry<String, Double> metric : details.metrics().entrySet()) {
      json.writeNumberField(metric.getKey(), metric.getValue());
    }
    json.writeEndObject();
  }

  static void texts(JsonGenerator json, String name, Map<String, String> texts) throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }
}
