// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
      values.forEach(this::add);
    } else if (value instanceof Map<?, ?> values) {
      values.values().forEach(this::add);
    } else if (value instanceof Object[] values) {
      Arrays.asList(values).forEach(this::add);
    } else if (kind.isInstance(value) && found.add(kind.cast(value))) {
      T part = kind.cast(value);
      inOrder.add(part);
      if (opened.test(part)) {
        open(part);
      }
    }
  }
}
