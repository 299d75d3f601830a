// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

/** How many threads copy the state while the training waits. */
public final class CopyThreads {
  /** No machine copies faster with more. */
  public static final int MAX = 64;

  private static final int ENOUGH = 8;

  private CopyThreads() {}

  /**
   * As many as there are processors, as the training needs none of them meanwhile; but not more
   * than 8, which do all that most machines' memory does.
   *
   * @return the number where nothing else is said
   */
  public static int byDefault() {
    return Math.min(ENOUGH, Runtime.getRuntime().availableProcessors());
  }
}
