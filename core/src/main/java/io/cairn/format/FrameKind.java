// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

/** How the frames of a tensor are compressed. */
public enum FrameKind {
  /** Hardly: nothing would be gained. */
  STORED,
  /** Its bytes as they are in memory. */
  PLAIN,
  /** Its {@link BytePlanes}. */
  PLANES
}
