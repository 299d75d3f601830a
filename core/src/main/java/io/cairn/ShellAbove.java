// SPDX-License-Identifier: Apache-2.0
package io.cairn;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Whether SIGTERM may never come here: a container's first process gets it, and a shell does not
 * pass it on.
 */
final class ShellAbove {
  private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "zsh", "busybox");

  private ShellAbove() {}

  /** What to say if the first process is a shell that we run below. */
  static Optional<String> warning() {
    return first(ProcessHandle.current())
        .flatMap(first -> first.info().command())
        .filter(command -> SHELLS.contains(fileName(command)))
        .map(
            command ->
                "The first process of this container is "
                    + command
                    + ", and this one runs below it: a shell does not pass SIGTERM on, so no last"
                    + " snapshot is taken when the job is stopped. Start Java in its place: an"
                    + " ENTRYPOINT in exec form, [\"java\", ...], or 'exec java ...' in the"
                    + " script");
  }

  private static String fileName(String command) {
    Path name = Path.of(command).getFileName();
    return name == null ? "" : name.toString();
  }

  /** The process with number 1, if it is above the given one. */
  private static Optional<ProcessHandle> first(ProcessHandle process) {
    Optional<ProcessHandle> above = process.parent();
    while (above.isPresent() && above.get().pid() != 1) {
      above = above.get().parent();
    }
    return above;
  }
}
