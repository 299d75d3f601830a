// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Objects of one kind inside another, at any depth: the losses of a composite, the schedules of an
 * optimizer. They are found in fields of that kind, and in lists, maps and arrays.
 */
final class Parts<T> {
  private final Class<T> kind;
  private final Predicate<T> opened;
  private final Set<T> found = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<T> inOrder = new ArrayList<>();
  private final Set<Object> containers = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> deferred = new ArrayDeque<>();

  private Parts(Class<T> kind, Predicate<T> opened) {
    this.kind = kind;
    this.opened = opened;
  }

  /** Those in an object, without itself. */
  static <T> List<T> of(Object owner, Class<T> kind) {
    return of(owner, kind, part -> true);
  }

  /** Those in an object, but for what is in a part that is not to be opened. */
  static <T> List<T> of(Object owner, Class<T> kind, Predicate<T> opened) {
    Parts<T> parts = new Parts<>(kind, opened);
    parts.open(owner);
    parts.addDeferred();
    return parts.inOrder;
  }

  /** The fields of all of an object's classes that are neither Java's nor static. */
  static List<Field> fields(Object owner) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> type = owner.getClass();
        type != null && type.getClassLoader() != null;
        type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
          fields.add(field);
        }
      }
    }
    return fields;
  }

  /** A class of the user's in a closed module keeps its parts to itself. */
  private void open(Object owner) {
    for (Field field : fields(owner)) {
      if (mayHold(field) && field.trySetAccessible()) {
        add(Internals.get(field, owner));
      }
    }
  }

  private boolean mayHold(Field field) {
    Class<?> type = field.getType();
    return kind.isAssignableFrom(type)
        || List.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type)
        || Object[].class.isAssignableFrom(type);
  }

  private void add(Object value) {
    if (value instanceof List<?> values) {
      if (containers.add(value)) {
        values.forEach(this::add);
      }
    } else if (value instanceof Map<?, ?> || value instanceof Object[]) {
      deferred.add(value);
    } else if (kind.isInstance(value) && found.add(kind.cast(value))) {
      T part = kind.cast(value);
      inOrder.add(part);
      if (opened.test(part)) {
        open(part);
      }
    }
  }

  /** After all others, so that these keep their order whatever there is in maps and arrays. */
  private void addDeferred() {
    while (!deferred.isEmpty()) {
      Object container = deferred.remove();
      if (containers.add(container)) {
        elements(container).forEach(this::add);
      }
    }
  }

  /** A map has no order that is the same in each process, but its keys may have one. */
  private static List<?> elements(Object container) {
    if (container instanceof Object[] array) {
      return Arrays.asList(array);
    }
    Map<?, ?> map = (Map<?, ?>) container;
    return isOrdered(map)
        ? map.entrySet().stream()
            .sorted(Comparator.comparing(entry -> String.valueOf(entry.getKey())))
            .map(Map.Entry::getValue)
            .toList()
        : List.of();
  }

  /** Whether its parts are found. */
  static boolean isOrdered(Map<?, ?> map) {
    return map.keySet().stream()
        .allMatch(key -> key instanceof String || key instanceof Enum<?> || key instanceof Number);
  }
}
