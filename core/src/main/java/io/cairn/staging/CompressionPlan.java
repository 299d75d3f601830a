// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.FrameEncoder;
import io.cairn.format.FrameKind;
import io.cairn.format.PartLayout;
import io.cairn.format.TensorEntry;
import io.cairn.format.ZstdLibrary;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * How each tensor of a state is compressed: a sample of a large one is compressed in every way, and
 * the way that makes it smallest is taken, if it makes it smaller at all. Small ones are not looked
 * at. Used by one thread.
 */
public final class CompressionPlan {
  /** Less is not worth a frame of its own. */
  static final long LEAST_BYTES = 1 << 16;

  /** Each sample is that share of a tensor, at least and at most so large. */
  private static final int SAMPLES = 3;

  private static final int SAMPLE_SHARE = 64;
  private static final int LEAST_SAMPLE_BYTES = 1 << 13;
  private static final int MOST_SAMPLE_BYTES = 1 << 17;

  /** More than that share left is not worth the time to read it again. */
  private static final double WORTH = 0.97;

  /** What zstd takes for bytes that nobody looked at: about a gigabyte a second. */
  private static final double NANOS_PER_UNSEEN_BYTE = 1;

  /** Elements are not cut. */
  private static final int ALIGNMENT = 64;

  /**
   * Neighbours in the file that are compressed alike.
   *
   * @param offset the first byte in the data region
   * @param bytes how many
   * @param kind how
   * @param width the bytes of an element, for planes
   */
  record Range(long offset, long bytes, FrameKind kind, int width) {}

  private final List<Range> ranges = new ArrayList<>();
  private final BitSet inPlanes = new BitSet();
  private double compressedBytes;
  private double nanos;
  private long plainBytes;

  private CompressionPlan() {}

  /**
   * Whether there can be plans at all.
   *
   * @throws IOException if what compresses cannot be loaded, with the reason
   */
  public static void requirePossible() throws IOException {
    ZstdLibrary.require();
  }

  static CompressionPlan of(List<PartLayout.Slot> slots, StagingBuffer buffer) throws IOException {
    CompressionPlan plan = new CompressionPlan();
    try (FrameEncoder encoder = new FrameEncoder()) {
      for (int i = 0; i < slots.size(); i++) {
        plan.add(i, slots.get(i), new Probe(encoder, buffer));
      }
    }
    return plan;
  }

  /** Which tensors are in planes, by their number in the order of the file. */
  BitSet inPlanes() {
    return inPlanes;
  }

  /** The whole data region, in order. */
  List<Range> ranges() {
    return ranges;
  }

  /**
   * What is left of the bytes, as far as the samples tell.
   *
   * @return about 1 if nothing is gained
   */
  public double ratio() {
    return plainBytes == 0 ? 1 : compressedBytes / plainBytes;
  }

  /**
   * How fast one thread compresses, as far as the samples tell.
   *
   * @return plain bytes a second
   */
  public double bytesPerSecond() {
    return nanos == 0 ? Double.POSITIVE_INFINITY : plainBytes / (nanos / 1e9);
  }

  private void add(int number, PartLayout.Slot slot, Probe probe) throws IOException {
    long bytes = slot.spec().byteSize();
    Outcome best = new Outcome(FrameKind.PLAIN, 1, NANOS_PER_UNSEEN_BYTE);
    if (bytes >= LEAST_BYTES) {
      best = probe.best(slot);
    }
    plainBytes += bytes;
    compressedBytes += bytes * best.ratio();
    nanos += bytes * best.nanosPerByte();
    boolean planes = best.kind() == FrameKind.PLANES;
    inPlanes.set(number, planes);
    append(
        new Range(slot.offset(), bytes, best.kind(), planes ? slot.spec().dtype().bits() / 8 : 1));
  }

  private void append(Range next) {
    Range last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
    if (last != null && last.kind() == next.kind() && next.kind() != FrameKind.PLANES) {
      ranges.set(
          ranges.size() - 1,
          new Range(last.offset(), last.bytes() + next.bytes(), last.kind(), last.width()));
    } else {
      ranges.add(next);
    }
  }

  /** What one way made of the samples. */
  private record Outcome(FrameKind kind, double ratio, double nanosPerByte) {}

  /** Compresses samples of tensors. */
  private record Probe(FrameEncoder encoder, StagingBuffer buffer) {

    Outcome best(PartLayout.Slot slot) throws IOException {
      List<ByteBuffer> samples = samples(slot);
      Outcome stored = outcome(FrameKind.STORED, samples, 1);
      Outcome best = outcome(FrameKind.PLAIN, samples, 1);
      if (TensorEntry.hasPlanes(slot.spec().dtype())) {
        Outcome planes = outcome(FrameKind.PLANES, samples, slot.spec().dtype().bits() / 8);
        best = planes.ratio() < best.ratio() ? planes : best;
      }
      return best.ratio() < WORTH ? best : stored;
    }

    private List<ByteBuffer> samples(PartLayout.Slot slot) {
      long bytes = slot.spec().byteSize();
      long size = Math.max(LEAST_SAMPLE_BYTES, Math.min(MOST_SAMPLE_BYTES, bytes / SAMPLE_SHARE));
      List<ByteBuffer> samples = new ArrayList<>();
      for (int i = 0; i < SAMPLES; i++) {
        long at = (bytes - size) * i / (SAMPLES - 1) / ALIGNMENT * ALIGNMENT;
        buffer.forEachPiece(slot.offset() + at, size, (start, piece) -> samples.add(piece));
      }
      return samples;
    }

    private Outcome outcome(FrameKind kind, List<ByteBuffer> samples, int width)
        throws IOException {
      long plain = 0;
      long compressed = 0;
      long start = System.nanoTime();
      for (ByteBuffer sample : samples) {
        plain += sample.remaining();
        compressed += encoder.encode(sample, kind, width).remaining();
      }
      double nanos = System.nanoTime() - start;
      return new Outcome(kind, (double) compressed / plain, nanos / plain);
    }
  }
}
