// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.util.Locale;

/** What to do when the process is asked to end (SIGTERM: a stopped job, a time limit). */
public enum WhenTerminated {
  /** Ask for a last snapshot within the grace time, then end. */
  HANDLE,
  /** Leave the signal to the rest of the program. */
  IGNORE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
