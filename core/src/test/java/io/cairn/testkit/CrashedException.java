// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.io.IOException;

/** The machine or the process is gone: what a {@link CrashDisk} throws from its crash on. */
public final class CrashedException extends IOException {
  private static final long serialVersionUID = 1L;

  CrashedException(String message) {
    super(message);
  }
}
