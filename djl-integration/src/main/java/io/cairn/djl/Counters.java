// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import io.cairn.model.CheckpointException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSource;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers, or maps from text to number, in a field of one of DJL's objects, as values {@code
 * name.field} and {@code name.field/key}.
 */
record Counters(String name, Object owner, Field field) {

  void capture(SectionSink section) {
    Object value = Internals.get(field, owner);
    if (value instanceof Map<?, ?> numbers) {
      numbers.forEach((key, number) -> section.value(prefix() + key, text(number)));
    } else {
      section.value(valueName(), text(value));
    }
  }

  /** A counter this snapshot does not have stays as it is: its owner was added since. */
  void restore(StateSource source, SectionSource section) throws CheckpointException {
    if (Map.class.isAssignableFrom(field.getType())) {
      restoreMap(source, section);
    } else if (section.valueNames().contains(valueName())) {
      Object value = number(section.value(valueName()));
      source.afterwards(() -> Internals.set(field, owner, value));
    }
  }

  private void restoreMap(StateSource source, SectionSource section) throws CheckpointException {
    Map<String, Object> saved = new HashMap<>();
    for (String each : section.valueNames()) {
      if (each.startsWith(prefix())) {
        saved.put(each.substring(prefix().length()), number(section.value(each)));
      }
    }
    source.afterwards(() -> map().putAll(saved));
  }

  @SuppressWarnings("unchecked")
  private Map<String, Object> map() {
    return (Map<String, Object>) Internals.get(field, owner);
  }

  private String valueName() {
    return name + "." + field.getName();
  }

  private String prefix() {
    return valueName() + "/";
  }

  /** The type is part of the text, for it must come back as the same one. */
  private static String text(Object number) {
    return number.getClass().getSimpleName() + " " + number;
  }

  private static Object number(String text) throws CheckpointException {
    String value = text.substring(text.indexOf(' ') + 1);
    try {
      return switch (text.substring(0, text.length() - value.length()).trim()) {
        case "Integer" -> Integer.valueOf(value);
        case "Long" -> Long.valueOf(value);
        case "Float" -> Float.valueOf(value);
        case "Double" -> Double.valueOf(value);
        default -> throw new NumberFormatException("unknown type");
      };
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          "Expected a type and a number in a listener's saved state, as in 'Long 12', but found '"
              + text
              + "'",
          e);
    }
  }
}
