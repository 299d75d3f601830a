// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A whole snapshot does not belong to this training. Nothing was changed. Resume with the training
 * that wrote it, or start another run under another name.
 */
public final class IncompatibleSnapshotException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private static final int LISTED = 50;

  /** Serializable, as exceptions are. */
  private final String[] differences;

  /**
   * Lists what differs.
   *
   * @param message what was compared
   * @param differences one line for each difference; the first 50 are appended to the message
   */
  public IncompatibleSnapshotException(String message, List<String> differences) {
    super(message + listed(differences));
    this.differences = differences.toArray(String[]::new);
  }

  private static String listed(List<String> differences) {
    int more = differences.size() - LISTED;
    return differences.stream()
            .limit(LISTED)
            .map(line -> "\n  - " + line)
            .collect(Collectors.joining())
        + (more > 0 ? "\n  - and " + more + " more" : "");
  }

  /**
   * What differs.
   *
   * @return one line for each difference
   */
  public List<String> differences() {
    return List.of(differences);
  }
}
