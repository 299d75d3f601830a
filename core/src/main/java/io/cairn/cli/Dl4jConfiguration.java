// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Objects;

/**
 * A network's configuration as DL4J writes it. The snapshot has it as training began; all stays as
 * it is but the counters in it.
 */
final class Dl4jConfiguration {
  private final String json;
  private final StringBuilder result = new StringBuilder();
  private int copied;

  private Dl4jConfiguration(String json) {
    this.json = json;
  }

  /**
   * The configuration of a network that was trained further.
   *
   * @throws JsonProcessingException if it is no JSON
   */
  static String counted(String json, long iterations, long epochs) throws IOException {
    return new Dl4jConfiguration(json).replace(iterations, epochs);
  }

  private String replace(long iterations, long epochs) throws IOException {
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
          String name = Objects.requireNonNullElse(parser.currentName(), "");
          JsonStreamContext place = parser.getParsingContext();
          if (name.equals("iterationCount") && isNetwork(place)) {
            replace(parser, iterations);
          } else if (name.equals("epochCount") && (isNetwork(place) || isLayer(place))) {
            replace(parser, epochs);
          }
        }
      }
    }
    return result.append(json, copied, json.length()).toString();
  }

  private static boolean isNetwork(JsonStreamContext place) {
    return place.inObject() && place.getParent().inRoot();
  }

  /** The layers of a MultiLayerNetwork count epochs, too; those of a graph do not. */
  private static boolean isLayer(JsonStreamContext place) {
    JsonStreamContext list = place.getParent();
    return place.inObject()
        && list.inArray()
        && list.getParent().inObject()
        && "confs".equals(list.getParent().getCurrentName())
        && isNetwork(list.getParent());
  }

  private void replace(JsonParser parser, long number) throws IOException {
    int begin = Math.toIntExact(parser.currentTokenLocation().getCharOffset());
    result.append(json, copied, begin).append(number);
    copied = begin + parser.getTextLength();
  }
}
