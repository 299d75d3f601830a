// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks;

import com.github.luben.zstd.ZstdCompressCtx;
import io.cairn.model.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How long does it take to encode a file of tensors, on one thread and without a disk, beside zstd
 * on the same bytes? The sizes that come out are in the table that {@link Benchmarks} writes.
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

  /** Makes the tensors. */
  @Setup
  public void fill() throws Exception {
    sample = Sample.of(Sample.Kind.valueOf(kind), megabytes << 20);
    zstd = new ZstdCompressCtx().setLevel(1).setChecksum(true);
    compressed = ByteBuffer.allocateDirect(Sample.CHUNK_BYTES * 2);
  }

  /** The peer: zstd at level 1, checksums and all. */
  @Benchmark
  public long zstd() {
    return sample.zstd(zstd, compressed);
  }

  /** Ours, uncompressed: the digests alone. */
  @Benchmark
  public long none() throws IOException {
    return sample.encode(Compression.NONE);
  }

  /** Ours, compressed. */
  @Benchmark
  public long compressed() throws IOException {
    return sample.encode(Compression.ZSTD);
  }
}
