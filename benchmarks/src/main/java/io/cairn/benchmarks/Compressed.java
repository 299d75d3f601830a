// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import com.github.luben.zstd.ZstdCompressCtx;
import io.cairn.benchmarks.Row.Goal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * How small a kind of bytes gets, and how fast.
 *
 * @param kind the kind
 * @param plain the bytes before
 * @param ours the bytes of the file
 * @param zstd the bytes that zstd makes at level 1
 * @param time how long ours took
 */
record Compressed(Sample.Kind kind, long plain, long ours, long zstd, Figure time) {
  private static final double MEGABYTE = 1_000_000;

  static Compressed of(Sample.Kind kind, String megabytes, Figure time) {
    try (ZstdCompressCtx context = new ZstdCompressCtx().setLevel(1).setChecksum(true)) {
      Sample sample = Sample.of(kind, Integer.parseInt(megabytes) << 20);
      ByteBuffer target = ByteBuffer.allocateDirect(Sample.CHUNK_BYTES * 2);
      long ours = sample.compress(1);
      return new Compressed(kind, sample.size(), ours, sample.zstd(context, target), time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("Could not make bytes of kind " + kind, e);
    }
  }

  Row row(double atMost) {
    return new Row(
        "size of " + kind + ", compressed",
        "%.3f at %.0f MB/s".formatted((double) ours / plain, plain / time.median()),
        "zstd level 1: " + "%.3f".formatted((double) zstd / plain),
        "%.1f MB plain".formatted(plain / MEGABYTE),
        Ratio.exactly((double) ours / plain),
        Goal.atMost(atMost));
  }
}
