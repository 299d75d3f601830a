// SPDX-License-Identifier: Apache-2.0
package io.cairn.sagemaker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON of config files as plain values: objects are maps, arrays lists; strings, and numbers
 * and booleans as they were written, are strings; null is null. Bounded, and no name twice.
 */
final class ConfigJson {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_STRING_CHARS = 1 << 20;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_STRING_CHARS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private ConfigJson() {}

  /**
   * Reads one value that is the whole text.
   *
   * @throws IOException if the text is anything else; its message says what and where
   */
  static Object parseValue(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(text)) {
      parser.nextToken();
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "expected the end, found more");
      }
      return value;
    } catch (JsonProcessingException malformed) {
      throw new IOException(oneLine(malformed), malformed);
    }
  }

  /**
   * Reads one object that is the whole text.
   *
   * @throws IOException if the text is anything else
   */
  static Map<?, ?> parseObject(String text) throws IOException {
    if (parseValue(text) instanceof Map<?, ?> object) {
      return object;
    }
    throw new IOException("expected an object in {}, found another value");
  }

  private static Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new JsonParseException(parser, "expected a value, found the end");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return members;
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return elements;
  }

  /** Limits of the whole text have no place. */
  private static String oneLine(JsonProcessingException malformed) {
    String message =
        malformed
            .getOriginalMessage()
            .replace('\n', ' ')
            .replaceAll("\\[Source: [^;\\]]*; ", "["); // Jackson's way to say that it does not say
    JsonLocation place = malformed.getLocation();
    return place == null
        ? message
        : message + " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
  }
}
