// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import com.github.luben.zstd.ZstdCompressCtx;
import io.cairn.benchmarks.Row.Goal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How small a kind of bytes gets, and how fast.
 *
 * @param kind the kind
 * @param plain the bytes before
 * @param ours the bytes of the file
 * @param zstd the bytes that zstd makes at level 1
 * @param times how long it took
 */
record Compressed(Sample.Kind kind, long plain, long ours, long zstd, Times times) {
  private static final double MEGABYTE = 1_000_000;
  private static final double ONE_THREAD = 1.2;
  private static final double TWO_THREADS = 2.0;
  private static final double BACK = 2.5;

  /**
   * How long it took.
   *
   * @param one ours, on one thread
   * @param two the same, on two
   * @param back reading it back, on one thread
   * @param backByTwo the same, on two
   * @param zstd the peer, on one thread
   */
  record Times(Figure one, Figure two, Figure back, Figure backByTwo, Figure zstd) {}

  static Compressed of(Sample.Kind kind, String megabytes, Times times) {
    try (ZstdCompressCtx context = new ZstdCompressCtx().setLevel(1).setChecksum(true)) {
      Sample sample = Sample.of(kind, Integer.parseInt(megabytes) << 20);
      ByteBuffer target = ByteBuffer.allocateDirect(Sample.CHUNK_BYTES * 2);
      long ours = sample.compress(1);
      return new Compressed(kind, sample.size(), ours, sample.zstd(context, target), times);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("Could not make bytes of kind " + kind, e);
    }
  }

  /** One for the size; for floats also how fast, in plain bytes. */
  List<Row> rows(double atMost) {
    List<Row> rows = new ArrayList<>(List.of(size(atMost)));
    if (kind == Sample.Kind.WEIGHTS || kind == Sample.Kind.BFLOAT16) {
      rows.add(speed("one thread", times.one(), ONE_THREAD));
      rows.add(speed("two threads", times.two(), TWO_THREADS));
      rows.add(speed("reading back, one thread", times.back(), BACK));
      rows.add(speed("reading back, two threads", times.backByTwo(), BACK));
    }
    return rows;
  }

  private Row speed(String how, Figure figure, double gigabytesPerSecond) {
    Figure bound = new Figure(List.of(plain / (gigabytesPerSecond * 1000)));
    return new Row(
        "compression of " + kind.words() + ", " + how,
        "%.2f GB/s".formatted(plain / figure.median() / 1000),
        "%.1f GB/s".formatted(gigabytesPerSecond),
        "zstd level 1 here: %.2f GB/s".formatted(plain / times.zstd().median() / 1000),
        bound.over(figure),
        Goal.atLeast(1));
  }

  private Row size(double atMost) {
    return new Row(
        "size of " + kind.words() + ", compressed",
        "%.3f at %.0f MB/s".formatted((double) ours / plain, plain / times.one().median()),
        "zstd level 1: " + "%.3f".formatted((double) zstd / plain),
        "%.1f MB plain".formatted(plain / MEGABYTE),
        Ratio.exactly((double) ours / plain),
        Goal.atMost(atMost));
  }
}
