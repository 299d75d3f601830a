// SPDX-License-Identifier: Apache-2.0
package io.cairn.policy;

import java.util.Locale;

/** When data files are compressed. */
public enum CompressionPolicy {
  /** Never: plain safetensors files. */
  NONE,
  /** Always, at the level that is fastest on floats. */
  FAST,
  /**
   * If the writer is not slowed down: where the disk is slower than compression, and enough is
   * gained. Until the speed of the disk was seen, not.
   */
  AUTO;

  /** The most threads that may compress one snapshot. */
  public static final int MAX_THREADS = 64;

  /** Smaller snapshots are a matter of milliseconds either way. */
  private static final long LEAST_BYTES = 16L << 20;

  /** If more than that share is left, the time of a processor is worth more. */
  private static final double WORTH = 0.95;

  /**
   * What is known before a snapshot is written.
   *
   * @param plainBytes the size of its data
   * @param ratio what compression is expected to leave of it
   * @param compressionBytesPerSecond how fast it is expected to be compressed
   * @param plainBytesPerSecond how fast such snapshots were written without; 0 if none was
   */
  public record Outlook(
      long plainBytes,
      double ratio,
      double compressionBytesPerSecond,
      double plainBytesPerSecond) {}

  /**
   * Whether the outlook is needed to decide.
   *
   * @return false if {@link #compresses} always says the same
   */
  public boolean depends() {
    return this == AUTO;
  }

  /**
   * Whether to compress a snapshot.
   *
   * @param outlook what is known
   * @return whether it is compressed
   */
  public boolean compresses(Outlook outlook) {
    return switch (this) {
      case NONE -> false;
      case FAST -> true;
      case AUTO ->
          outlook.plainBytes() >= LEAST_BYTES
              && outlook.ratio() <= WORTH
              && outlook.plainBytesPerSecond() > 0
              && outlook.compressionBytesPerSecond() >= outlook.plainBytesPerSecond();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
