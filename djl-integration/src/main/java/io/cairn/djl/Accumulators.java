// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.evaluator.Evaluator;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The sums inside DJL's evaluators: all maps in fields of DJL's classes, also those of evaluators
 * inside an evaluator. Fields of a user's own class are left alone.
 */
final class Accumulators {
  private static final String DJL = "ai.djl.";

  private Accumulators() {}

  static List<Counters> of(String name, Evaluator evaluator) {
    List<Counters> found = new ArrayList<>();
    collect(name, evaluator, found);
    return found;
  }

  private static void collect(String name, Evaluator evaluator, List<Counters> found) {
    for (Class<?> type = evaluator.getClass();
        Evaluator.class.isAssignableFrom(type);
        type = type.getSuperclass()) {
      if (type.getName().startsWith(DJL)) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())) {
            collect(name, evaluator, field, found);
          }
        }
      }
    }
  }

  private static void collect(String name, Evaluator evaluator, Field field, List<Counters> found) {
    if (Map.class.isAssignableFrom(field.getType())) {
      found.add(new Counters(name, evaluator, Internals.open(field)));
    } else if (mayHoldEvaluators(field)) {
      collectParts(
          name + "." + field.getName(), Internals.get(Internals.open(field), evaluator), found);
    }
  }

  private static boolean mayHoldEvaluators(Field field) {
    return Evaluator.class.isAssignableFrom(field.getType())
        || List.class.isAssignableFrom(field.getType());
  }

  private static void collectParts(String name, Object value, List<Counters> found) {
    if (value instanceof Evaluator part) {
      collect(name, part, found);
    } else if (value instanceof List<?> parts) {
      for (int i = 0; i < parts.size(); i++) {
        collectParts(name + "#" + (i + 1), parts.get(i), found);
      }
    }
  }
}
