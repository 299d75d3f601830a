// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a data file says about itself, in a safetensors header: a tensor {@code w} of section {@code
 * model} is the safetensors tensor {@code model/w}, all else is metadata:
 *
 * <pre>
 * cairn.format              = 1, or 2 if there are planes
 * cairn.part                = the name of the part, so that a file under another's name is noticed
 * section/SECTION           = same | own
 * value/SECTION/NAME        = text
 * digest/SECTION/TENSOR     = crc32c:xxxxxxxx of the tensor's bytes
 * planes/SECTION/TENSOR     = TYPE and shape, such as F32 2,3
 * </pre>
 *
 * Section names have no slash; names of values and tensors may have.
 *
 * @param part the name of the part
 * @param sections the sections by name
 */
public record PartHeader(String part, SortedMap<String, SectionHeader> sections) {

  /** The version of a data file that is as it is in memory. */
  public static final int VERSION = 1;

  /** The version of a data file with tensors in planes. */
  public static final int VERSION_WITH_PLANES = 2;

  static final String VERSION_KEY = "cairn.format";
  static final String PART_KEY = "cairn.part";
  static final String SECTION_PREFIX = "section/";
  static final String VALUE_PREFIX = "value/";
  static final String DIGEST_PREFIX = "digest/";
  static final String PLANES_PREFIX = "planes/";
  static final String SAME = "same";
  static final String OWN = "own";

  /**
   * Copies the map and checks the names.
   *
   * @throws IllegalArgumentException if a name has a wrong form
   */
  public PartHeader {
    Text.requireName("part", part);
    sections = Text.sortedCopy(sections);
    sections.keySet().forEach(Text::requireSectionName);
  }

  /**
   * All bytes of the data file before the data region, which begins at a multiple of 64 bytes.
   *
   * @return a buffer on the heap, ready to be read
   * @throws CheckpointException if the header is larger than readers accept
   * @throws IllegalArgumentException if the tensors overlap or leave holes
   */
  public ByteBuffer encode() throws CheckpointException {
    return safetensors().encode();
  }

  SafetensorsHeader safetensors() {
    return new SafetensorsHeader(metadata(), layout());
  }

  /**
   * Reads and checks the header of a data file; the digests of the tensors are not checked.
   *
   * @param source the whole data file, not compressed
   * @param where what is read, for messages
   * @return the header and where the data region lies
   * @throws io.cairn.model.CorruptSnapshotException if the file is damaged
   * @throws io.cairn.model.UnsupportedFormatException if a newer Cairn wrote it
   * @throws IOException if it cannot be read
   */
  public static StoredPart decode(ByteSource source, String where) throws IOException {
    return PartDecoder.decode(source, where);
  }

  /** A tensor under the name it has in the file. */
  static TensorSpec inFile(String section, TensorSpec spec) {
    return new TensorSpec(section + "/" + spec.name(), spec.dtype(), spec.shape());
  }

  /** A tensor as the file has it. */
  private static TensorSpec inFile(String section, TensorEntry entry) {
    TensorSpec spec = entry.spec();
    return inFile(
        section,
        entry.inPlanes() ? new TensorSpec(spec.name(), DType.U8, List.of(spec.byteSize())) : spec);
  }

  /** What is said of a tensor in planes. */
  static String typeAndShape(TensorSpec spec) {
    return spec.dtype()
        + " "
        + spec.shape().stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private boolean hasPlanes() {
    return sections.values().stream()
        .flatMap(section -> section.tensors().values().stream())
        .anyMatch(TensorEntry::inPlanes);
  }

  /**
   * The same, with every tensor as it is in memory.
   *
   * @return what the header of the plain file says
   */
  public PartHeader withoutPlanes() {
    SortedMap<String, SectionHeader> plain = new TreeMap<>();
    sections.forEach((name, section) -> plain.put(name, section.withoutPlanes()));
    return new PartHeader(part, plain);
  }

  private TensorLayout layout() {
    List<TensorLayout.Slot> slots = new ArrayList<>();
    sections.forEach(
        (name, section) ->
            section
                .tensors()
                .values()
                .forEach(
                    entry ->
                        slots.add(new TensorLayout.Slot(inFile(name, entry), entry.offset()))));
    return TensorLayout.ofSlots(slots);
  }

  private SortedMap<String, String> metadata() {
    SortedMap<String, String> metadata = new TreeMap<>();
    metadata.put(VERSION_KEY, String.valueOf(hasPlanes() ? VERSION_WITH_PLANES : VERSION));
    metadata.put(PART_KEY, part);
    sections.forEach(
        (name, section) -> {
          metadata.put(SECTION_PREFIX + name, section.sameOnAllRanks() ? SAME : OWN);
          section
              .values()
              .forEach((value, text) -> metadata.put(VALUE_PREFIX + name + "/" + value, text));
          section
              .tensors()
              .forEach(
                  (tensor, entry) -> {
                    metadata.put(DIGEST_PREFIX + name + "/" + tensor, entry.digest().toString());
                    if (entry.inPlanes()) {
                      metadata.put(PLANES_PREFIX + name + "/" + tensor, typeAndShape(entry.spec()));
                    }
                  });
        });
    return metadata;
  }
}
