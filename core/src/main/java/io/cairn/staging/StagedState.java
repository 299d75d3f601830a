// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSink;
import io.cairn.format.Digest;
import io.cairn.format.DigestChain;
import io.cairn.format.PartHeader;
import io.cairn.format.PartLayout;
import io.cairn.format.SectionHeader;
import io.cairn.format.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * A copy of the state, in the order its file will have. Made by the training thread, then used by
 * the writer thread alone, until its buffer is used again.
 */
public final class StagedState {
  private final SortedMap<String, SectionCapture> sections;
  private final PartLayout layout;
  private final StagingBuffer buffer;

  private StagedState(
      SortedMap<String, SectionCapture> sections, PartLayout layout, StagingBuffer buffer) {
    this.sections = sections;
    this.layout = layout;
    this.buffer = buffer;
  }

  static StagedState copy(
      SortedMap<String, SectionCapture> sections, StateLayout layout, StagingBuffer buffer)
      throws StagingException {
    buffer.ensureCapacity(layout.part().dataBytes());
    sections.forEach((name, section) -> section.copyInto(buffer, layout.section(name)));
    return new StagedState(sections, layout.part(), buffer);
  }

  /** The size of all tensors. */
  public long dataBytes() {
    return layout.dataBytes();
  }

  /** The memory to use again when this was written. */
  public StagingBuffer buffer() {
    return buffer;
  }

  /**
   * What was written.
   *
   * @param bytes how many bytes
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
    try (SideThread side = SideThread.forBytes(layout.dataBytes())) {
      CompletableFuture<List<Digest>> captured = side.start(this::digests);
      int headerBytes = header(part, unknownDigests()).encode().remaining();
      boolean headerLast = sink.reserve(headerBytes);
      if (!headerLast) {
        sink.write(header(part, captured.join()).encode());
      }
      Digest.Crc32c written = new Digest.Crc32c();
      CompletableFuture<Void> digested = CompletableFuture.completedFuture(null);
      for (ByteBuffer piece : buffer.pieces(layout.dataBytes())) {
        sink.write(piece.duplicate());
        digested = side.start(() -> written.update(piece));
      }
      digested.join();
      requireUnchanged(captured.join(), written.digest());
      ByteBuffer header = header(part, captured.join()).encode();
      if (headerLast) {
        sink.fill(header.duplicate());
      }
      return new Written(
          headerBytes + layout.dataBytes(),
          new DigestChain()
              .append(Digest.of(header), headerBytes)
              .append(written.digest(), layout.dataBytes())
              .digest());
    }
  }

  private List<Digest> digests() {
    List<Digest> digests = new ArrayList<>(layout.slots().size());
    for (PartLayout.Slot slot : layout.slots()) {
      digests.add(digest(slot));
    }
    return digests;
  }

  private Digest digest(PartLayout.Slot slot) {
    Digest.Crc32c crc = new Digest.Crc32c();
    buffer.forEachPiece(slot.offset(), slot.spec().byteSize(), (at, piece) -> crc.update(piece));
    return crc.digest();
  }

  private void requireUnchanged(List<Digest> captured, Digest written) throws TornStateException {
    DigestChain chain = new DigestChain();
    for (int i = 0; i < captured.size(); i++) {
      chain.append(captured.get(i), layout.slots().get(i).spec().byteSize());
    }
    if (!chain.digest().equals(written)) {
      throw new TornStateException(changed(captured));
    }
  }

  private Optional<String> changed(List<Digest> captured) {
    for (int i = 0; i < captured.size(); i++) {
      PartLayout.Slot slot = layout.slots().get(i);
      if (!digest(slot).equals(captured.get(i))) {
        return Optional.of(slot.section() + "/" + slot.spec().name());
      }
    }
    return Optional.empty();
  }

  private List<Digest> unknownDigests() {
    return Collections.nCopies(layout.slots().size(), new Digest(0));
  }

  private PartHeader header(String part, List<Digest> digests) {
    Map<String, SortedMap<String, TensorEntry>> tensors = new HashMap<>();
    for (int i = 0; i < digests.size(); i++) {
      PartLayout.Slot slot = layout.slots().get(i);
      tensors
          .computeIfAbsent(slot.section(), name -> new TreeMap<>())
          .put(slot.spec().name(), new TensorEntry(slot.spec(), slot.offset(), digests.get(i)));
    }
    SortedMap<String, SectionHeader> headers = new TreeMap<>();
    sections.forEach(
        (name, section) ->
            headers.put(
                name,
                new SectionHeader(
                    section.sameOnAllRanks(),
                    section.values(),
                    tensors.getOrDefault(name, new TreeMap<>()))));
    return new PartHeader(part, headers);
  }
}
