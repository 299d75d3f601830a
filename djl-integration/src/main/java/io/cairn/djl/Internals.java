// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.engine.Engine;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fields of DJL's classes that hold training state and have no accessor. */
final class Internals {
  private static final Logger LOG = LoggerFactory.getLogger(Internals.class);

  private Internals() {}

  /** Finds a field, or says which DJL it is missing in. */
  static Field field(Class<?> owner, String name) {
    try {
      return open(owner.getDeclaredField(name));
    } catch (NoSuchFieldException e) {
      throw new UnsupportedOperationException(
          "Cannot reach the training state of DJL "
              + Engine.getDjlVersion()
              + ": expected a field '"
              + name
              + "' in "
              + owner.getName()
              + ", but there is none. This Cairn was made for DJL 0.35.1; use that version or a"
              + " newer Cairn.",
          e);
    }
  }

  /** Makes a field readable and writable. */
  static Field open(Field field) {
    try {
      field.setAccessible(true);
      return field;
    } catch (InaccessibleObjectException e) {
      throw new UnsupportedOperationException(
          "Cannot reach the training state in "
              + field.getDeclaringClass().getName()
              + "."
              + field.getName()
              + ": its module is closed. Put DJL on the class path, or start Java with --add-opens "
              + field.getDeclaringClass().getModule().getName()
              + "/"
              + field.getDeclaringClass().getPackageName()
              + "=ALL-UNNAMED.",
          e);
    }
  }

  /** The value of an opened field. */
  static Object get(Field field, Object owner) {
    try {
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sets an opened field. */
  static void set(Field field, Object owner, Object value) {
    try {
      field.set(owner, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sets a field that nothing depends on: a DJL that has none, or another, is left as it is. */
  static void setIfThere(Class<?> owner, String name, Object object, Object value) {
    try {
      set(field(owner, name), object, value);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      LOG.debug("Field '{}' of {} stays as it is", name, owner.getName(), e);
    }
  }

  /** The value of a field as a type, or says what was found instead. */
  static <T> T get(Class<?> owner, String name, Object object, Class<T> type) {
    Object value = get(field(owner, name), object);
    if (!type.isInstance(value)) {
      throw new UnsupportedOperationException(
          "Cannot reach the training state of DJL "
              + Engine.getDjlVersion()
              + ": expected "
              + type.getName()
              + " in field '"
              + name
              + "' of "
              + owner.getName()
              + ", but found "
              + (value == null ? "nothing" : value.getClass().getName())
              + ". This Cairn was made for DJL 0.35.1 and its standard parameter server.");
    }
    return type.cast(value);
  }
}
