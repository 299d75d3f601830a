// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.cairn.model.Checkpointed;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** Fields of which nobody can tell whether training changes them. */
final class UnknownState {
  private static final String DJL = "ai.djl.";

  /**
   * Besides arrays. Number has the atomic ones, and the boxes, which are final if their field is.
   */
  private static final List<Class<?>> CONTAINERS =
      List.of(Map.class, Collection.class, AtomicInteger.class, AtomicLong.class);

  private UnknownState() {}

  /** Whether a field is in a class of DJL's, of which is known what its fields are. */
  static boolean isDjls(Field field) {
    return field.getDeclaringClass().getName().startsWith(DJL);
  }

  /** A user's field that is not final may be state; one that holds arrays is. */
  static boolean mayBeIn(Field field) {
    return !isDjls(field) && (!Modifier.isFinal(field.getModifiers()) || holdsArrays(field));
  }

  private static boolean holdsArrays(Field field) {
    Class<?> type = field.getType();
    boolean container =
        Map.class.isAssignableFrom(type)
            || Collection.class.isAssignableFrom(type)
            || type.isArray();
    return NDArray.class.isAssignableFrom(type)
        || NDList.class.isAssignableFrom(type)
        || (container && field.getGenericType().getTypeName().contains(NDArray.class.getName()));
  }

  /** A user's field of which it is no wonder if training changes what it holds, final or not. */
  static boolean isSuspect(Field field) {
    return mayBeIn(field)
        || (!isDjls(field) && CONTAINERS.stream().anyMatch(isAssignableTo(field)));
  }

  private static Predicate<Class<?>> isAssignableTo(Field field) {
    return container -> field.getType().isArray() || container.isAssignableFrom(field.getType());
  }

  /**
   * Says which field it is, and what to do.
   *
   * @param kind what its owner is
   */
  static UnsupportedOperationException refusal(String kind, Field field) {
    return new UnsupportedOperationException(
        "Cannot tell whether field '"
            + field.getName()
            + "' ("
            + field.getGenericType().getTypeName()
            + ") of "
            + kind
            + " "
            + field.getDeclaringClass().getName()
            + " is state that a snapshot must hold. "
            + (isDjls(field)
                ? "This Cairn was made for DJL 0.35.1; use that version or a newer Cairn."
                : advice(kind, field)));
  }

  private static String advice(String kind, Field field) {
    String setting =
        Modifier.isFinal(field.getModifiers()) ? "" : "Make it final if it is a setting, or let";
    return (setting.isEmpty() ? "Let" : setting)
        + " the "
        + kind
        + " implement "
        + Checkpointed.class.getName()
        + ".";
  }
}
