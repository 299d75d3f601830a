// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Reads and checks the header of a safetensors file, of Cairn or not. Holds one member of the
 * header at a time, so that memory follows from what is really there, never from a size that the
 * file claims.
 */
final class SafetensorsReader {

  /** Looks at the metadata before the tensors are read, if it comes first. */
  @FunctionalInterface
  interface MetadataCheck {
    void check(SortedMap<String, String> metadata) throws CheckpointException;
  }

  /**
   * A header and where its data begins.
   *
   * @param header the header
   * @param dataStart the first byte of the data region in the file
   */
  record Opened(SafetensorsHeader header, long dataStart) {}

  private final ByteSource source;
  private final String where;
  private final MetadataCheck check;
  private final List<TensorLayout.Slot> slots = new ArrayList<>();
  private SortedMap<String, String> metadata = Text.sortedCopy(Map.of());

  private SafetensorsReader(ByteSource source, String where, MetadataCheck check) {
    this.source = source;
    this.where = where;
    this.check = check;
  }

  /**
   * Reads and checks a header.
   *
   * @param where what is read, for messages
   * @throws CorruptSnapshotException if the file is not a whole safetensors file
   */
  static Opened read(ByteSource source, String where, MetadataCheck check) throws IOException {
    return new SafetensorsReader(source, where, check).read();
  }

  private Opened read() throws IOException {
    long dataStart = SafetensorsHeader.LENGTH_BYTES + headerLength();
    requireObject();
    try {
      Json.readMembers(
          new SourceInputStream(source, SafetensorsHeader.LENGTH_BYTES, dataStart), this::member);
    } catch (JsonException e) {
      throw corrupt("the header is damaged: " + e.getMessage(), e);
    }
    TensorLayout layout = layout();
    requireEnd(dataStart, layout);
    return new Opened(new SafetensorsHeader(metadata, layout), dataStart);
  }

  private long headerLength() throws IOException {
    long size = source.size();
    if (size < SafetensorsHeader.LENGTH_BYTES) {
      throw corrupt("expected at least 8 bytes, found " + size + "; truncated?", null);
    }
    ByteBuffer bytes = ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES);
    source.readFully(0, bytes);
    long length = bytes.order(ByteOrder.LITTLE_ENDIAN).flip().getLong();
    if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
      throw corrupt(
          "the header claims to have "
              + Long.toUnsignedString(length)
              + " bytes, at most "
              + SafetensorsHeader.MAX_BYTES
              + " are accepted; no safetensors file?",
          null);
    }
    if (length > size - SafetensorsHeader.LENGTH_BYTES) {
      throw corrupt(
          "the header claims to have "
              + length
              + " bytes, but the file has only "
              + size
              + "; truncated?",
          null);
    }
    return length;
  }

  private void requireObject() throws IOException {
    if (source.size() > SafetensorsHeader.LENGTH_BYTES) {
      ByteBuffer first = ByteBuffer.allocate(1);
      source.readFully(SafetensorsHeader.LENGTH_BYTES, first);
      if (first.get(0) == '{') {
        return;
      }
    }
    throw corrupt("the header does not begin with '{'; no safetensors file?", null);
  }

  private void member(String name, Object value) throws IOException {
    if (!(value instanceof JsonObject object)) {
      throw corrupt("the header has no object under '" + name + "'", null);
    }
    if (name.equals(SafetensorsHeader.METADATA)) {
      metadata = Text.sortedCopy(object.toStringMap());
      check.check(metadata);
    } else {
      slots.add(slot(name, object));
    }
  }

  private TensorLayout.Slot slot(String name, JsonObject tensor) throws IOException {
    String typeName = tensor.string("dtype");
    DType type =
        DType.ofName(typeName)
            .orElseThrow(
                () -> corrupt("tensor '" + name + "' is of unknown type " + typeName, null));
    List<Long> offsets = tensor.longs("data_offsets");
    try {
      TensorSpec spec = new TensorSpec(name, type, tensor.longs("shape"));
      if (offsets.size() == 2) {
        TensorLayout.Slot slot = new TensorLayout.Slot(spec, offsets.get(0));
        if (slot.end() == offsets.get(1)) {
          return slot;
        }
      }
      throw corrupt(
          "tensor "
              + spec
              + " has "
              + spec.byteSize()
              + " bytes, but its data_offsets are "
              + offsets,
          null);
    } catch (IllegalArgumentException e) {
      // Not as cause: it would quote a shape of any length.
      throw corrupt(e.getMessage(), null);
    }
  }

  private TensorLayout layout() throws CorruptSnapshotException {
    try {
      return TensorLayout.ofSlots(slots);
    } catch (IllegalArgumentException e) {
      throw corrupt(e.getMessage(), e);
    }
  }

  private void requireEnd(long dataStart, TensorLayout layout) throws IOException {
    long found = source.size() - dataStart;
    if (found != layout.dataBytes()) {
      throw corrupt(
          "expected "
              + layout.dataBytes()
              + " bytes of data, found "
              + found
              + (found < layout.dataBytes() ? "; truncated?" : "; something was appended?"),
          null);
    }
  }

  private CorruptSnapshotException corrupt(String what, Throwable cause) {
    return new CorruptSnapshotException(where + ": " + Text.message(what), cause);
  }
}
