// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import com.github.luben.zstd.ZstdCompressCtx;
import io.cairn.format.ByteSource;
import io.cairn.format.PartHeader;
import io.cairn.format.StoredPart;
import io.cairn.format.ZstdSink;
import io.cairn.format.ZstdSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How long does it take to compress a file of tensors, and to read it back, without a disk, beside
 * zstd on the same bytes? The sizes that come out are in the table that {@link Benchmarks} writes.
 *
 * <p>{@code mvn -Pbenchmarks -Dbenchmarks.only=CompressionBenchmark}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CompressionBenchmark {

  /** What the tensors hold. */
  @Param({"WEIGHTS", "SECOND_MOMENTS", "BFLOAT16", "INT8", "SPARSE_GRADIENTS", "XGBOOST"})
  String kind;

  /** The size of the tensors. */
  @Param("128")
  int megabytes;

  private Sample sample;
  private ZstdCompressCtx zstd;
  private ByteBuffer compressed;
  private ByteSource file;
  private ByteBuffer target;

  /** Makes the tensors. */
  @Setup
  public void fill() throws Exception {
    sample = Sample.of(Sample.Kind.valueOf(kind), megabytes << 20);
    zstd = new ZstdCompressCtx().setLevel(1).setChecksum(true);
    compressed = ByteBuffer.allocateDirect(Sample.CHUNK_BYTES * 2);
    file = new Memory(sample.compressedFile());
    target = ByteBuffer.allocateDirect(Sample.CHUNK_BYTES);
  }

  /** The peer: zstd at level 1, checksums and all. */
  @Benchmark
  public long zstd() {
    return sample.zstd(zstd, compressed);
  }

  /** Ours, uncompressed: the digests alone. */
  @Benchmark
  public long none() throws IOException {
    return sample.encode();
  }

  /** Ours, compressed on one thread. */
  @Benchmark
  public long compressed() throws IOException {
    return sample.compress(1);
  }

  /** Ours, compressed on two threads. */
  @Benchmark
  public long compressedByTwo() throws IOException {
    return sample.compress(2);
  }

  /** Reading all of it back, on one thread. */
  @Benchmark
  public ByteBuffer decompressed() throws IOException {
    try (ZstdSource plain = ZstdSource.open(file, "sample")) {
      StoredPart part = PartHeader.decode(plain, "sample");
      plain.undoPlanes(part);
      for (long at = part.dataStart(); at < plain.size(); at += target.limit()) {
        target.clear().limit((int) Math.min(target.capacity(), plain.size() - at));
        plain.readFully(at, target);
      }
    }
    return target;
  }

  /** The same on two, each taking the next block, as a restore does. */
  @Benchmark
  public long decompressedByTwo() throws Exception {
    try (ZstdSource plain = ZstdSource.open(file, "sample")) {
      StoredPart part = PartHeader.decode(plain, "sample");
      plain.undoPlanes(part);
      AtomicLong next = new AtomicLong(part.dataStart());
      CompletableFuture<Void> other = CompletableFuture.runAsync(() -> readBlocks(plain, next));
      readBlocks(plain, next);
      other.get();
      return next.get();
    }
  }

  private static void readBlocks(ZstdSource plain, AtomicLong next) {
    ByteBuffer block = ByteBuffer.allocateDirect(ZstdSink.FRAME_BYTES);
    try {
      for (long at = next(next); at < plain.size(); at = next(next)) {
        plain.readFully(
            at, block.clear().limit((int) Math.min(block.capacity(), plain.size() - at)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long next(AtomicLong next) {
    return next.getAndAdd(ZstdSink.FRAME_BYTES);
  }

  /** A file in memory. */
  private record Memory(ByteBuffer bytes) implements ByteSource {
    @Override
    public long size() {
      return bytes.limit();
    }

    @Override
    public void readFully(long position, ByteBuffer buffer) {
      buffer.put(bytes.slice((int) position, buffer.remaining()));
    }
  }
}
