// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.util.Optional;

/**
 * The native library that compresses and decompresses. It is unpacked to a temporary folder when it
 * is first asked for, which some containers do not allow: asked for here, that is an error with its
 * cause, however often.
 */
public final class ZstdLibrary {
  private static Optional<LinkageError> failure = Optional.empty();

  private ZstdLibrary() {}

  /**
   * Loads it, if it is not loaded yet. Any thread.
   *
   * @throws IOException if it cannot be loaded, with the reason and what to do
   */
  public static synchronized void require() throws IOException {
    if (failure.isEmpty()) {
      try {
        Native.load();
        return;
      } catch (LinkageError e) {
        failure = Optional.of(e);
      }
    }
    throw new IOException(
        "The native library of zstd cannot be loaded ("
            + reason(failure.get())
            + "). It is unpacked to '"
            + System.getProperty("java.io.tmpdir")
            + "' (java.io.tmpdir), which must be there and not be mounted noexec; another folder is"
            + " set by -DZstdTempFolder, a library that is there already by -DZstdNativePath",
        failure.get());
  }

  /** What went wrong first; the text of the library's own error is many lines long. */
  private static String reason(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString().lines().findFirst().orElse("").strip();
  }
}
