// SPDX-License-Identifier: Apache-2.0
package io.cairn.rehearsal;

/**
 * The end of all machines of a job before the training's.
 *
 * @param how by which signal
 * @param when at which moment
 */
public record Interruption(How how, When when) {

  /** How a training is ended. */
  public enum How {
    /** SIGKILL to all its processes: what a spot reclaim may be. */
    KILL,
    /** SIGTERM to the first process of each host, and SIGKILL to all after the grace. */
    TERM
  }

  /**
   * SIGKILL without notice.
   *
   * @param when at which moment
   * @return the interruption
   */
  public static Interruption kill(When when) {
    return new Interruption(How.KILL, when);
  }

  /**
   * SIGTERM, and SIGKILL after the rehearsal's grace.
   *
   * @param when at which moment
   * @return the interruption
   */
  public static Interruption terminate(When when) {
    return new Interruption(How.TERM, when);
  }

  @Override
  public String toString() {
    return "SIG" + how + " " + when;
  }
}
