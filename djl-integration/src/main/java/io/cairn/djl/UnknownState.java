// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import io.cairn.model.Checkpointed;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;

/** Fields of which nobody can tell whether training changes them. */
final class UnknownState {
  private static final String DJL = "ai.djl.";

  private UnknownState() {}

  /** Whether a field is in a class of DJL's, of which is known what its fields are. */
  static boolean isDjls(Field field) {
    return field.getDeclaringClass().getName().startsWith(DJL);
  }

  /** A user's field that is not final may be state. */
  static boolean mayBeIn(Field field) {
    return !isDjls(field) && !Modifier.isFinal(field.getModifiers());
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
                : "Make it final if it is a setting, or let the "
                    + kind
                    + " implement "
                    + Checkpointed.class.getName()
                    + "."));
  }
}
