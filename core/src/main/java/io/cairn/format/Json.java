// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Strict JSON (RFC 8259): UTF-8 only, no name twice in an object, nothing after the value, no
 * numbers that do not fit. Values are {@link String}, {@link Long} (whole numbers), {@link Double}
 * (numbers with a fraction or an exponent), {@link Boolean}, null, immutable {@link List} and
 * {@link JsonObject}; nothing is bound to classes.
 */
public final class Json {

  /** The longest document, in characters. */
  static final int MAX_DOCUMENT_CHARS = 100_000_000;

  /** How deep arrays and objects may be nested. */
  static final int MAX_DEPTH = 64;

  /** The longest name of a member, in characters. */
  static final int MAX_NAME_CHARS = 4_096;

  /** The longest number, in characters. */
  static final int MAX_NUMBER_CHARS = 1_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(MAX_DOCUMENT_CHARS)
                  .maxStringLength(MAX_DOCUMENT_CHARS)
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Names come from files: a table of all names ever seen would grow, and can be attacked.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Double.toString has changed between Java versions; this writer is Jackson's own.
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  /** Takes the members of an object, one by one. */
  @FunctionalInterface
  interface MemberConsumer {
    void accept(String name, Object value) throws IOException;
  }

  private Json() {}

  /**
   * Parses a document of any kind.
   *
   * @param text the document
   * @return its value, possibly null
   * @throws JsonException if it is malformed or beyond the limits
   */
  public static Object parseValue(String text) throws JsonException {
    try (JsonParser parser = FACTORY.createParser(new StringReader(text))) {
      if (parser.nextToken() == null) {
        throw new JsonException("malformed JSON: expected a value, found nothing");
      }
      Object value = value(parser, JsonPath.ROOT);
      requireEnd(parser);
      return value;
    } catch (IOException e) {
      throw asJsonException(e);
    }
  }

  /**
   * Parses a document that is an object.
   *
   * @param utf8 the document
   * @return the object
   * @throws JsonException if it is malformed, beyond the limits or no object
   */
  public static JsonObject parseObject(byte[] utf8) throws JsonException {
    Map<String, Object> members = new LinkedHashMap<>();
    try {
      readMembers(new ByteArrayInputStream(utf8), members::put);
    } catch (IOException e) {
      throw asJsonException(e);
    }
    return new JsonObject(JsonPath.ROOT, members);
  }

  /**
   * Reads a document that is an object, holding one of its members at a time.
   *
   * @throws JsonException if the document is malformed, beyond the limits or no object
   * @throws IOException whatever the stream or the consumer throws
   */
  static void readMembers(InputStream utf8, MemberConsumer consumer) throws IOException {
    // A decoder of its own reports malformed bytes; a charset would replace them silently.
    InputStreamReader reader = new InputStreamReader(utf8, StandardCharsets.UTF_8.newDecoder());
    try (JsonParser parser = FACTORY.createParser(reader)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonException("malformed JSON: expected an object, found something else");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = unicode(parser.currentName());
        parser.nextToken();
        consumer.accept(name, value(parser, JsonPath.ROOT.member(name)));
      }
      requireEnd(parser);
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw asJsonException(e);
    }
  }

  /**
   * Writes UTF-8 without white space.
   *
   * @param out where to
   * @return the writer
   * @throws IOException if it cannot be made
   */
  public static JsonGenerator compactWriter(OutputStream out) throws IOException {
    return FACTORY.createGenerator(out);
  }

  /** Writes UTF-8 for people: one member a line, two spaces deeper each level, {@code \n}. */
  public static JsonGenerator prettyWriter(OutputStream out) throws IOException {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter(separators);
    printer.indentObjectsWith(lines);
    printer.indentArraysWith(lines);
    return FACTORY.createGenerator(out).setPrettyPrinter(printer);
  }

  private static Object value(JsonParser parser, JsonPath path) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> unicode(parser.getText());
      case VALUE_NUMBER_INT -> wholeNumber(parser.getText());
      case VALUE_NUMBER_FLOAT -> number(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case START_ARRAY -> array(parser, path);
      case START_OBJECT -> object(parser, path);
      default -> throw new JsonException("malformed JSON: found " + parser.currentToken());
    };
  }

  private static List<Object> array(JsonParser parser, JsonPath path) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser, path.element(elements.size())));
    }
    return Collections.unmodifiableList(elements);
  }

  private static JsonObject object(JsonParser parser, JsonPath path) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = unicode(parser.currentName());
      parser.nextToken();
      members.put(name, value(parser, path.member(name)));
    }
    return new JsonObject(path, members);
  }

  private static Long wholeNumber(String digits) throws JsonException {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      throw new JsonException("whole number does not fit into 64 bits: " + digits, e);
    }
  }

  private static Double number(String digits) throws JsonException {
    double value = Double.parseDouble(digits);
    if (Double.isInfinite(value)) {
      throw new JsonException("number does not fit into a double: " + digits);
    }
    return value;
  }

  /** Half a surrogate pair cannot be UTF-8, but an escape can spell it. */
  private static String unicode(String text) throws JsonException {
    if (!Text.isUnicode(text)) {
      throw new JsonException("malformed JSON: half a surrogate pair in a text");
    }
    return text;
  }

  private static void requireEnd(JsonParser parser) throws IOException {
    if (parser.nextToken() != null) {
      throw new JsonException("malformed JSON: expected the end, found " + parser.currentToken());
    }
  }

  private static JsonException asJsonException(IOException e) {
    if (e instanceof JsonException already) {
      return already;
    }
    if (e instanceof CharacterCodingException) {
      return new JsonException("malformed JSON: not UTF-8", e);
    }
    if (e instanceof JsonProcessingException malformed && malformed.getLocation() != null) {
      return new JsonException(
          "malformed JSON at line "
              + malformed.getLocation().getLineNr()
              + ", column "
              + malformed.getLocation().getColumnNr()
              + ": "
              + malformed.getOriginalMessage(),
          e);
    }
    return new JsonException("malformed JSON: " + e.getMessage(), e);
  }
}
