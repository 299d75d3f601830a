// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.Locale;

/** How the data files of a snapshot are compressed. */
public enum Compression {
  /** Not at all: plain safetensors. */
  NONE,
  /** As a zstd stream. */
  ZSTD;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
