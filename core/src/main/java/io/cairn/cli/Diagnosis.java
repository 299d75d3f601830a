// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

/**
 * Something a doctor noticed.
 *
 * @param severity how bad it is
 * @param message what is so, in one line
 * @param advice what to do; empty if nothing
 */
record Diagnosis(Severity severity, String message, String advice) {

  enum Severity {
    /** Something is lost, or a job will not start. */
    PROBLEM,
    /** Somebody should look. */
    WARNING,
    /** As it should be, or harmless. */
    NOTE
  }

  static Diagnosis problem(String message, String advice) {
    return new Diagnosis(Severity.PROBLEM, message, advice);
  }

  static Diagnosis warning(String message, String advice) {
    return new Diagnosis(Severity.WARNING, message, advice);
  }

  static Diagnosis note(String message, String advice) {
    return new Diagnosis(Severity.NOTE, message, advice);
  }
}
