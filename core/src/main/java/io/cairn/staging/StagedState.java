// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSink;
import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.format.HeaderTemplate;
import io.cairn.format.PartLayout;
import io.cairn.format.ZstdSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A copy of the state, in the order its file will have. Made while the training waits, then used by
 * the writer thread alone, until its buffer is used again.
 */
public final class StagedState {
  /** How many frames each thread may have compressed before the sink takes them. */
  private static final int FRAMES_AHEAD = 2;

  private final Map<String, SortedMap<String, String>> values;
  private final StateLayout layout;
  private final StagingBuffer buffer;

  private StagedState(
      Map<String, SortedMap<String, String>> values, StateLayout layout, StagingBuffer buffer) {
    this.values = values;
    this.layout = layout;
    this.buffer = buffer;
  }

  static StagedState copy(
      SortedMap<String, SectionCapture> sections,
      StateLayout layout,
      StagingBuffer buffer,
      Copiers copiers)
      throws IOException {
    buffer.ensureCapacity(layout.part().dataBytes());
    CopyPlan plan = new CopyPlan(layout.part().dataBytes(), copiers);
    sections.forEach((name, section) -> section.planCopy(layout.section(name), plan));
    plan.copyTo(buffer);
    Map<String, SortedMap<String, String>> values = new HashMap<>();
    sections.forEach((name, section) -> values.put(name, section.values()));
    return new StagedState(values, layout, buffer);
  }

  /** The size of all tensors. */
  public long dataBytes() {
    return layout.part().dataBytes();
  }

  /** The memory to use again when this was written. */
  public StagingBuffer buffer() {
    return buffer;
  }

  /**
   * What was written.
   *
   * @param bytes how many bytes the file has
   * @param digest the digest of all of them
   */
  public record Written(long bytes, Digest digest) {}

  /**
   * Writes a whole safetensors file. All tensors are digested at once, for its header; what was
   * written is digested again, a piece at a time, and must be the same. Large states are digested
   * by a thread of their own: while this one waits for the disk.
   *
   * @param part the text that says which part this is
   * @throws TornStateException if a tensor changed in between
   * @throws IOException if the sink fails
   */
  public Written writeTo(String part, ByteSink sink) throws IOException {
    try (SideThread side = SideThread.forBytes(dataBytes())) {
      SlotDigests digests = new SlotDigests(layout.part(), buffer);
      SideThread.Result<List<Digest>> captured = side.start(digests::byOneThread);
      HeaderTemplate.Unfinished header = layout.header(new BitSet()).begin(part, values);
      boolean headerLast = sink.reserve(header.byteSize());
      if (!headerLast) {
        sink.write(header.with(captured.await()));
      }
      Digest data = writeData(sink, side);
      requireUnchanged(captured.await(), data);
      ByteBuffer headerBytes = header.with(captured.await());
      DigestChain all = new DigestChain().append(Digest.of(headerBytes), header.byteSize());
      if (headerLast) {
        sink.fill(headerBytes);
      }
      return new Written(header.byteSize() + dataBytes(), all.append(data, dataBytes()).digest());
    }
  }

  /**
   * How to compress this, and what comes of it.
   *
   * @return a plan, from a sample of the bytes
   * @throws IOException if zstd fails
   */
  public CompressionPlan planCompression() throws IOException {
    return CompressionPlan.of(layout.part().slots(), buffer);
  }

  /**
   * Writes a compressed safetensors file. Nothing else differs from {@link #writeTo}: what was
   * compressed is digested again, and must be what was captured.
   *
   * @param part the text that says which part this is
   * @param plan the plan for this state
   * @param threads how many threads compress, this one among them
   * @param sink takes the compressed bytes
   * @return the size and digest of the compressed file
   * @throws TornStateException if a tensor changed in between
   * @throws IOException if the sink fails
   */
  public Written writeCompressed(String part, CompressionPlan plan, int threads, ByteSink sink)
      throws IOException {
    int frames = threads == 1 ? 1 : threads * FRAMES_AHEAD;
    try (SideThread side = SideThread.of(threads - 1);
        ZstdSink compressed = new ZstdSink(sink, frames, work -> new Compressing(side, work))) {
      List<Digest> captured = new SlotDigests(layout.part(), buffer).byThreads(threads, side);
      ByteBuffer header = layout.header(plan.inPlanes()).begin(part, values).with(captured);
      DigestChain expected =
          new DigestChain().append(Digest.of(header.duplicate()), header.remaining());
      for (int i = 0; i < captured.size(); i++) {
        expected.append(captured.get(i), layout.part().slots().get(i).byteSize());
      }
      compressed.write(header);
      for (CompressionPlan.Range range : plan.ranges()) {
        compressed.begin(range.kind(), range.width());
        buffer.forEachPiece(range.offset(), range.bytes(), (at, piece) -> compressed.write(piece));
      }
      ZstdSink.Written written = compressed.finish();
      if (!written.plain().equals(expected.digest())) {
        throw new TornStateException(changed(captured));
      }
      return new Written(written.bytes(), written.digest());
    }
  }

  /** A frame that is compressed by whoever comes first. */
  private record Compressing(SideThread.Result<Boolean> result) implements ZstdSink.Started {

    Compressing(SideThread side, ZstdSink.Work work) {
      this(
          side.start(
              () -> {
                work.run();
                return true;
              }));
    }

    @Override
    public boolean isDone() {
      return result.isDone();
    }

    @Override
    public void help() {
      result.help();
    }

    @Override
    public void await() throws IOException {
      result.await();
    }
  }

  /** The digest is of the memory after it was written: a change in between is in it. */
  private Digest writeData(ByteSink sink, SideThread side) throws IOException {
    Digest.Crc32c written = new Digest.Crc32c();
    for (ByteBuffer piece : buffer.pieces(dataBytes())) {
      sink.write(piece.duplicate());
      side.run(() -> written.update(piece));
    }
    return side.start(written::digest).await();
  }

  private void requireUnchanged(List<Digest> captured, Digest written) throws TornStateException {
    DigestChain chain = new DigestChain();
    for (int i = 0; i < captured.size(); i++) {
      chain.append(captured.get(i), layout.part().slots().get(i).byteSize());
    }
    if (!chain.digest().equals(written)) {
      throw new TornStateException(changed(captured));
    }
  }

  private Optional<String> changed(List<Digest> captured) {
    StagingBuffer.View memory = buffer.new View();
    for (int i = 0; i < captured.size(); i++) {
      PartLayout.Slot slot = layout.part().slots().get(i);
      if (!memory.digest(slot.offset(), slot.byteSize()).equals(captured.get(i))) {
        return Optional.of(slot.section() + "/" + slot.spec().name());
      }
    }
    return Optional.empty();
  }
}
