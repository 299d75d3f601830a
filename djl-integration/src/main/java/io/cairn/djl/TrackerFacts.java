// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.training.tracker.Tracker;
import io.cairn.model.Fingerprint;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The numbers of a learning rate schedule. Some of DJL's trackers change them while training, so
 * they are read before the first step. A tracker of a user's is known by its class only.
 */
final class TrackerFacts {
  private static final String TRACKERS = Tracker.class.getPackageName() + ".";

  private final Fingerprint.Builder facts;

  TrackerFacts(Fingerprint.Builder facts) {
    this.facts = facts;
  }

  void add(String name, Object tracker) {
    if (tracker == null) {
      return;
    }
    facts.environment(name, className(tracker.getClass()));
    for (Field field : fields(tracker.getClass())) {
      add(name + "." + field.getName(), field.getType(), Internals.get(field, tracker));
    }
  }

  private void add(String name, Class<?> type, Object value) {
    if (type.isPrimitive() || type.isEnum()) {
      facts.environment(name, value);
    } else if (value instanceof int[] steps) {
      facts.environment(name, Arrays.toString(steps));
    } else if (type.getName().startsWith(TRACKERS)) {
      add(name, value);
    }
  }

  /** A lambda has another name in each process, but for that of the class it stands in. */
  static String className(Class<?> type) {
    String name = type.getName();
    int lambda = name.indexOf("$$Lambda");
    return lambda < 0 ? name : name.substring(0, lambda) + " (lambda)";
  }

  private static List<Field> fields(Class<?> concrete) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> type = concrete; type != null; type = type.getSuperclass()) {
      if (type.getName().startsWith(TRACKERS)) {
        for (Field field : type.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
            fields.add(Internals.open(field));
          }
        }
      }
    }
    return fields;
  }
}
