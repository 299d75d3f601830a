// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;

/** Why an operation failed, in words. The message alone is often only a file's name, or nothing. */
public final class Reason {
  private Reason() {}

  /**
   * The message of what was thrown if it explains itself; else with what kind it is, as of errors.
   *
   * @param e what failed
   * @return never null, and never only a name
   */
  public static String of(Throwable e) {
    if (e instanceof ClosedChannelException) {
      return "the file was closed while it was used, as it is when a thread that uses it is"
          + " interrupted ("
          + e.getClass().getSimpleName()
          + ")";
    }
    return explainsItself(e) ? e.getMessage() : e.toString();
  }

  private static boolean explainsItself(Throwable e) {
    if (e.getMessage() == null) {
      return false;
    }
    return e instanceof CheckpointException
        || e instanceof RuntimeException
        || (e instanceof FileSystemException failure && failure.getReason() != null)
        || e.getClass() == IOException.class;
  }
}
