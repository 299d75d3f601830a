// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.util.Locale;

/**
 * What to do when a snapshot fits the training but was taken in another environment (library
 * versions, thread count, device), so that the resumed training may differ in its last bits.
 */
public enum WhenDifferent {
  /** Say what differs and resume. */
  WARN,
  /** Do not resume. */
  REFUSE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
