// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable JSON object whose members are asked for by name and kind. Errors name the member
 * from the root of the document on, the kind expected and what was found. For the optional getters
 * null is the same as no member.
 */
public final class JsonObject {
  private static final int MAX_SHOWN_CHARS = 60;

  private final JsonPath path;
  private final Map<String, Object> members;

  JsonObject(JsonPath path, Map<String, Object> members) {
    this.path = path;
    this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
  }

  /**
   * The members there are.
   *
   * @return their names, in the order of the document
   */
  public Set<String> names() {
    return members.keySet();
  }

  /**
   * A member of any kind.
   *
   * @param name its name
   * @return its value, as {@link Json} gives it; null if there is no such member
   */
  public Object value(String name) {
    return members.get(name);
  }

  /**
   * A text.
   *
   * @param name its name
   * @return the text
   * @throws JsonException if it is missing or of another kind
   */
  public String string(String name) throws JsonException {
    return as(String.class, name, "a text");
  }

  /**
   * A whole number.
   *
   * @param name its name
   * @return the number
   * @throws JsonException if it is missing or of another kind
   */
  public long longValue(String name) throws JsonException {
    return as(Long.class, name, "a whole number");
  }

  /**
   * A number, whole or not.
   *
   * @param name its name
   * @return the number
   * @throws JsonException if it is missing or of another kind
   */
  public double doubleValue(String name) throws JsonException {
    return as(Number.class, name, "a number").doubleValue();
  }

  /**
   * True or false.
   *
   * @param name its name
   * @return the value
   * @throws JsonException if it is missing or of another kind
   */
  public boolean booleanValue(String name) throws JsonException {
    return as(Boolean.class, name, "true or false");
  }

  /**
   * An object.
   *
   * @param name its name
   * @return the object
   * @throws JsonException if it is missing or of another kind
   */
  public JsonObject object(String name) throws JsonException {
    return as(JsonObject.class, name, "an object");
  }

  /**
   * An array.
   *
   * @param name its name
   * @return the elements, as {@link Json} gives them
   * @throws JsonException if it is missing or of another kind
   */
  public List<?> array(String name) throws JsonException {
    return as(List.class, name, "an array");
  }

  /**
   * An array of objects.
   *
   * @param name its name
   * @return the objects
   * @throws JsonException if it is missing or of another kind
   */
  public List<JsonObject> objects(String name) throws JsonException {
    return elements(JsonObject.class, name, "an object");
  }

  /**
   * An array of texts.
   *
   * @param name its name
   * @return the texts
   * @throws JsonException if it is missing or of another kind
   */
  public List<String> strings(String name) throws JsonException {
    return elements(String.class, name, "a text");
  }

  /**
   * An array of whole numbers.
   *
   * @param name its name
   * @return the numbers
   * @throws JsonException if it is missing or of another kind
   */
  public List<Long> longs(String name) throws JsonException {
    return elements(Long.class, name, "a whole number");
  }

  /**
   * An object whose members are all texts.
   *
   * @param name its name
   * @return the texts by name, in the order of the document
   * @throws JsonException if it is missing or of another kind
   */
  public Map<String, String> stringMap(String name) throws JsonException {
    return object(name).toStringMap();
  }

  /**
   * This object, whose members are all texts.
   *
   * @return the texts by name, in the order of the document
   * @throws JsonException if a member is no text
   */
  public Map<String, String> toStringMap() throws JsonException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : members.keySet()) {
      texts.put(name, string(name));
    }
    return Collections.unmodifiableMap(texts);
  }

  /**
   * An object, if it is there.
   *
   * @param name its name
   * @return the object
   * @throws JsonException if it is of another kind
   */
  public Optional<JsonObject> optionalObject(String name) throws JsonException {
    return isPresent(name) ? Optional.of(object(name)) : Optional.empty();
  }

  private boolean isPresent(String name) {
    return members.get(name) != null;
  }

  private <T> T as(Class<T> kind, String name, String expected) throws JsonException {
    if (!members.containsKey(name)) {
      throw wrong(path.member(name), expected, "nothing");
    }
    return cast(kind, members.get(name), path.member(name), expected);
  }

  private <T> List<T> elements(Class<T> kind, String name, String expected) throws JsonException {
    List<?> array = array(name);
    JsonPath arrayPath = path.member(name);
    List<T> elements = new ArrayList<>(array.size());
    for (Object element : array) {
      elements.add(cast(kind, element, arrayPath.element(elements.size()), expected));
    }
    return Collections.unmodifiableList(elements);
  }

  private static <T> T cast(Class<T> kind, Object value, JsonPath path, String expected)
      throws JsonException {
    if (!kind.isInstance(value)) {
      throw wrong(path, expected, describe(value));
    }
    return kind.cast(value);
  }

  private static JsonException wrong(JsonPath path, String expected, String found) {
    return new JsonException("'" + path + "': expected " + expected + ", found " + found);
  }

  private static String describe(Object value) {
    if (value instanceof String text) {
      return "the text \"" + Text.printable(text, MAX_SHOWN_CHARS) + "\"";
    }
    if (value instanceof JsonObject) {
      return "an object";
    }
    return value instanceof List ? "an array" : String.valueOf(value);
  }
}
