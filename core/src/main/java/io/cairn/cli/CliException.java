// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

/** The command cannot be carried out as it was given; the message says what to change. */
final class CliException extends Exception {
  private static final long serialVersionUID = 1L;

  CliException(String message) {
    super(message);
  }
}
