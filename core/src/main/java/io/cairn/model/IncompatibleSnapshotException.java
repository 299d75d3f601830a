// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.List;

/**
 * A whole snapshot does not belong to this training. Nothing was changed. Resume with the training
 * that wrote it, or start another run under another name.
 */
public final class IncompatibleSnapshotException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  /** Serializable, as exceptions are. */
  private final String[] differences;

  /**
   * Lists what differs.
   *
   * @param message what was compared
   * @param differences one line for each difference; appended to the message
   */
  public IncompatibleSnapshotException(String message, List<String> differences) {
    super(message + String.join("", differences.stream().map(line -> "\n  - " + line).toList()));
    this.differences = differences.toArray(String[]::new);
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
