// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

/** The exit statuses. */
final class Exit {
  /** Sound, or the same. */
  static final int SOUND = 0;

  /** Damage, or a difference. */
  static final int DAMAGE = 1;

  /** The command could not be carried out: wrong usage, nothing there, no access. */
  static final int USAGE = 2;

  private Exit() {}
}
