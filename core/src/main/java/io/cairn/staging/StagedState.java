// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.ByteSink;
import io.cairn.format.Digest;
import io.cairn.format.PartHeader;
import io.cairn.format.PartLayout;
import io.cairn.format.SectionHeader;
import io.cairn.format.TensorEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
   * Writes a whole safetensors file: the digests of all tensors are part of its header, and every
   * tensor is digested again as it is written.
   *
   * @param part the text that says which part this is
   * @throws TornStateException if a tensor changed in between
   * @throws IOException if the sink fails
   */
  public void writeTo(String part, ByteSink sink) throws IOException {
    List<Digest> digests = new ArrayList<>(layout.slots().size());
    for (PartLayout.Slot slot : layout.slots()) {
      digests.add(digest(slot, bytes -> {}));
    }
    sink.write(header(part, digests).encode());
    for (int i = 0; i < digests.size(); i++) {
      PartLayout.Slot slot = layout.slots().get(i);
      Digest written = digest(slot, sink);
      if (!written.equals(digests.get(i))) {
        throw new TornStateException(slot.section() + "/" + slot.spec().name());
      }
    }
  }

  private Digest digest(PartLayout.Slot slot, ByteSink sink) throws IOException {
    Digest.Crc32c crc = new Digest.Crc32c();
    buffer.<IOException>forEachPiece(
        slot.offset(),
        slot.spec().byteSize(),
        (at, piece) -> {
          sink.write(piece.asReadOnlyBuffer());
          crc.update(piece);
        });
    return crc.digest();
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
