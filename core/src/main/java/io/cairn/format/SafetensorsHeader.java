// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.model.CheckpointException;
import io.cairn.model.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The header of a safetensors file.
 *
 * <pre>
 * file     = length header data
 * length   = 8 bytes, little-endian: the size of the header
 * header   = JSON object in UTF-8, padded with spaces
 * member   = "__metadata__": { text: text, ... }
 *          | tensor name: { "dtype": ..., "shape": [...], "data_offsets": [begin, end] }
 * data     = the tensors, without gaps, to the end of the file
 * </pre>
 *
 * Written so that the data begins at a multiple of {@value #ALIGNMENT} bytes, {@code __metadata__}
 * first, names sorted.
 *
 * @param metadata texts by name
 * @param layout the tensors and their places
 */
record SafetensorsHeader(SortedMap<String, String> metadata, TensorLayout layout) {

  /** The size of the length before the header, in bytes. */
  static final int LENGTH_BYTES = Long.BYTES;

  /** The largest header, in bytes, as the stock readers have it. */
  static final int MAX_BYTES = 100_000_000;

  /** The data region begins at a multiple of this many bytes. */
  static final int ALIGNMENT = 64;

  /** So does a large one: data can go from memory to disk and back a page at a time. */
  static final int LARGE_ALIGNMENT = 4096;

  /** From this many bytes on a data region is large. */
  static final long LARGE_BYTES = 1L << 20;

  /** What is left of the largest header when the data is aligned. */
  static final int MAX_JSON_BYTES =
      (LENGTH_BYTES + MAX_BYTES) / ALIGNMENT * ALIGNMENT - LENGTH_BYTES;

  /** The member that is no tensor. */
  static final String METADATA = "__metadata__";

  /** Copies the map. */
  SafetensorsHeader {
    metadata = Text.sortedCopy(metadata);
  }

  /**
   * The length and the padded header: all bytes before the data.
   *
   * @throws CheckpointException if it is larger than readers accept
   */
  ByteBuffer encode() throws CheckpointException {
    byte[] json = json();
    return file(json.length, layout.dataBytes()).put(json).rewind();
  }

  /** The length, and room for JSON of a size; padded. The position is where the JSON begins. */
  static ByteBuffer file(int jsonBytes, long dataBytes) {
    int dataStart = dataStart(LENGTH_BYTES + jsonBytes, dataBytes);
    byte[] bytes = new byte[dataStart];
    Arrays.fill(bytes, LENGTH_BYTES + jsonBytes, dataStart, (byte) ' ');
    ByteBuffer file = ByteBuffer.wrap(bytes);
    file.order(ByteOrder.LITTLE_ENDIAN)
        .putLong(dataStart - LENGTH_BYTES)
        .order(ByteOrder.BIG_ENDIAN);
    return file;
  }

  private static int dataStart(int end, long dataBytes) {
    int large = alignedUp(end, LARGE_ALIGNMENT);
    boolean isLarge = dataBytes >= LARGE_BYTES && large <= LENGTH_BYTES + MAX_BYTES;
    return isLarge ? large : alignedUp(end, ALIGNMENT);
  }

  private static int alignedUp(int position, int alignment) {
    return (position + alignment - 1) / alignment * alignment;
  }

  private byte[] json() throws CheckpointException {
    LimitedOutput out = new LimitedOutput(MAX_JSON_BYTES, this::tooLarge);
    try (JsonGenerator json = Json.compactWriter(out)) {
      write(json, name -> {});
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail to be written", e);
    }
    return out.toByteArray();
  }

  /** Told after each text of the metadata. */
  @FunctionalInterface
  interface TextWritten {
    void accept(String name) throws IOException;
  }

  void write(JsonGenerator json, TextWritten written) throws IOException {
    json.writeStartObject();
    if (!metadata.isEmpty()) {
      json.writeObjectFieldStart(METADATA);
      for (var entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
        written.accept(entry.getKey());
      }
      json.writeEndObject();
    }
    for (TensorLayout.Slot slot : slotsByName().values()) {
      writeTensor(json, slot);
    }
    json.writeEndObject();
  }

  private CheckpointException tooLarge() {
    return tooLarge(layout.slots().size());
  }

  static CheckpointException tooLarge(int tensors) {
    return new CheckpointException(
        "Cannot write a data file: the header of its "
            + tensors
            + " tensors would have more than the "
            + MAX_BYTES
            + " bytes that readers accept; store large values as tensors, and many small tensors"
            + " as one");
  }

  private SortedMap<String, TensorLayout.Slot> slotsByName() {
    SortedMap<String, TensorLayout.Slot> slots = new TreeMap<>();
    for (TensorLayout.Slot slot : layout.slots()) {
      slots.put(slot.spec().name(), slot);
    }
    return slots;
  }

  private static void writeTensor(JsonGenerator json, TensorLayout.Slot slot) throws IOException {
    TensorSpec spec = slot.spec();
    json.writeObjectFieldStart(spec.name());
    json.writeStringField("dtype", spec.dtype().name());
    json.writeArrayFieldStart("shape");
    for (long dimension : spec.shape()) {
      json.writeNumber(dimension);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(slot.offset());
    json.writeNumber(slot.end());
    json.writeEndArray();
    json.writeEndObject();
  }
}
