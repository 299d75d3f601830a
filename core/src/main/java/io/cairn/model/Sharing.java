// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** Whether ranks hold state of their own. */
public enum Sharing {
  /** The whole state is the same on all ranks: rank 0 saves it, every rank loads it. */
  SAME_ON_ALL_RANKS,
  /** At least one section differs between ranks: every rank saves a part. */
  OWN_SECTIONS
}
