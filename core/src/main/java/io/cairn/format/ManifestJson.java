// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The members of a manifest, version 1. */
final class ManifestJson {

  /** Always with three digits for milliseconds, unlike {@link Instant#toString()}. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT)
          .withZone(ZoneOffset.UTC);

  /** What the writer puts behind the last member; the digest comes in its place. */
  private static final String END = "\n}";

  private ManifestJson() {}

  /** All bytes before the line of the digest. */
  static byte[] body(Manifest manifest) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.prettyWriter(out)) {
      json.writeStartObject();
      writePlace(json, manifest);
      writeFacts(json, manifest);
      writeFiles(json, manifest.files());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail to be written", e);
    }
    byte[] object = out.toByteArray();
    byte[] body = Arrays.copyOf(object, object.length - END.length() + 2);
    body[body.length - 2] = ',';
    body[body.length - 1] = '\n';
    return body;
  }

  private static void writePlace(JsonGenerator json, Manifest manifest) throws IOException {
    json.writeStringField("format", ManifestCodec.FORMAT);
    json.writeNumberField("version", ManifestCodec.VERSION);
    json.writeStringField("run", manifest.run().value());
    json.writeNumberField("step", manifest.progress().step());
    json.writeNumberField("epoch", manifest.progress().epoch());
    json.writeNumberField("batch", manifest.progress().batch());
    json.writeNumberField("attempt", manifest.id().attempt());
    json.writeNumberField("part", manifest.part());
    json.writeNumberField("parts", manifest.parts());
    json.writeStringField("time", TIME.format(manifest.time()));
    if (manifest.resumedFrom().isPresent()) {
      json.writeObjectFieldStart("resumedFrom");
      json.writeNumberField("step", manifest.resumedFrom().get().step());
      json.writeNumberField("attempt", manifest.resumedFrom().get().attempt());
      json.writeEndObject();
    }
  }

  private static void writeFacts(JsonGenerator json, Manifest manifest) throws IOException {
    json.writeObjectFieldStart("metrics");
    for (var metric : manifest.metrics().entrySet()) {
      double value = metric.getValue();
      if (Double.isFinite(value)) {
        json.writeNumberField(metric.getKey(), value);
      } else {
        json.writeStringField(metric.getKey(), Double.toString(value));
      }
    }
    json.writeEndObject();
    json.writeObjectFieldStart("fingerprint");
    writeTexts(json, "identity", manifest.fingerprint().identity());
    writeTexts(json, "environment", manifest.fingerprint().environment());
    json.writeEndObject();
  }

  private static void writeTexts(JsonGenerator json, String name, Map<String, String> texts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (var text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  private static void writeFiles(JsonGenerator json, List<FileEntry> files) throws IOException {
    json.writeArrayFieldStart("files");
    for (FileEntry file : files) {
      json.writeStartObject();
      json.writeStringField("name", file.name());
      json.writeNumberField("bytes", file.bytes());
      json.writeStringField("digest", file.digest().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * The manifest that an object of version 1 says.
   *
   * @throws JsonException if a member is missing or of another kind
   * @throws IllegalArgumentException if what it says cannot be
   */
  static Manifest manifest(JsonObject json, String where)
      throws JsonException, CheckpointException {
    SnapshotId id = id(json);
    return new Manifest(
        new RunName(json.string("run")),
        id,
        new Progress(id.step(), json.longValue("epoch"), json.longValue("batch")),
        intValue(json, "part"),
        intValue(json, "parts"),
        time(json.string("time"), where),
        resumedFrom(json),
        metrics(json.object("metrics")),
        fingerprint(json.object("fingerprint")),
        files(json, where));
  }

  private static SnapshotId id(JsonObject json) throws JsonException {
    return new SnapshotId(json.longValue("step"), intValue(json, "attempt"));
  }

  private static Optional<SnapshotId> resumedFrom(JsonObject json) throws JsonException {
    Optional<JsonObject> from = json.optionalObject("resumedFrom");
    return from.isPresent() ? Optional.of(id(from.get())) : Optional.empty();
  }

  private static Instant time(String text, String where) throws CorruptSnapshotException {
    try {
      return TIME.parse(text, Instant::from);
    } catch (DateTimeException e) {
      throw new CorruptSnapshotException(
          where
              + ": 'time': expected a time as '2026-11-23T17:45:15.000Z', found '"
              + Text.printable(text, FileEntry.MAX_NAME_CHARS)
              + "'",
          e);
    }
  }

  private static SortedMap<String, Double> metrics(JsonObject json) throws JsonException {
    SortedMap<String, Double> metrics = new TreeMap<>();
    for (String name : json.names()) {
      metrics.put(name, metric(json, name));
    }
    return metrics;
  }

  private static double metric(JsonObject json, String name) throws JsonException {
    Object value = json.value(name);
    return "NaN".equals(value) || "Infinity".equals(value) || "-Infinity".equals(value)
        ? Double.parseDouble((String) value)
        : json.doubleValue(name);
  }

  private static Fingerprint fingerprint(JsonObject json) throws JsonException {
    return new Fingerprint(json.stringMap("identity"), json.stringMap("environment"));
  }

  private static List<FileEntry> files(JsonObject json, String where)
      throws JsonException, CheckpointException {
    List<FileEntry> files = new ArrayList<>();
    for (JsonObject file : json.objects("files")) {
      String name = file.string("name");
      Digest digest =
          Digest.parse(file.string("digest"), where + ": " + Text.message("file '" + name + "'"));
      files.add(new FileEntry(name, file.longValue("bytes"), digest));
    }
    return files;
  }

  private static int intValue(JsonObject json, String name) throws JsonException {
    long value = json.longValue(name);
    if (value != (int) value) {
      throw new JsonException("'" + name + "': number does not fit into 32 bits: " + value);
    }
    return (int) value;
  }
}
