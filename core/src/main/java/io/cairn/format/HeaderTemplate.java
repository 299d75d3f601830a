// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import com.fasterxml.jackson.core.JsonGenerator;
import io.cairn.model.CheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The header of all parts that hold the same tensors: gives the bytes that {@link
 * PartHeader#encode()} gives, but writes the tensors once. Only the part's name, the values and the
 * digests differ from one snapshot to the next. Immutable.
 */
public final class HeaderTemplate {
  private static final Digest NO_DIGEST = new Digest(0);
  private static final String NO_NAME = "-";

  private final PartLayout layout;
  private final BitSet inPlanes;
  private final SortedMap<String, SectionHeader> sections = new TreeMap<>();

  /** All but the padding, without values. */
  private final byte[] json;

  /** Where in the JSON the digits of each tensor's digest begin, in the order of the file. */
  private final int[] digestsAt;

  /** Where the part's name begins. */
  private int nameAt;

  /** Where values belong: the end of the metadata. */
  private int valuesAt;

  /**
   * The header of all parts with this layout.
   *
   * @param layout the tensors
   * @param sameOnAllRanks the sections, with and without tensors, and whether all ranks have the
   *     same state there
   * @param inPlanes which tensors of the layout are in planes, by their number
   * @throws IllegalArgumentException if a name has a wrong form
   */
  public HeaderTemplate(PartLayout layout, Map<String, Boolean> sameOnAllRanks, BitSet inPlanes) {
    this.layout = layout;
    this.inPlanes = (BitSet) inPlanes.clone();
    this.digestsAt = new int[layout.slots().size()];
    this.json = json(withoutValues(sameOnAllRanks).safetensors());
    sameOnAllRanks.forEach(
        (name, same) ->
            sections.put(name, new SectionHeader(same, new TreeMap<>(), new TreeMap<>())));
  }

  private PartHeader withoutValues(Map<String, Boolean> sameOnAllRanks) {
    Map<String, SortedMap<String, TensorEntry>> tensors = new HashMap<>();
    for (int i = 0; i < digestsAt.length; i++) {
      PartLayout.Slot slot = layout.slots().get(i);
      tensors
          .computeIfAbsent(slot.section(), name -> new TreeMap<>())
          .put(
              slot.spec().name(),
              new TensorEntry(slot.spec(), slot.offset(), NO_DIGEST, inPlanes.get(i)));
    }
    SortedMap<String, SectionHeader> all = new TreeMap<>();
    sameOnAllRanks.forEach(
        (name, same) ->
            all.put(
                name,
                new SectionHeader(
                    same, new TreeMap<>(), tensors.getOrDefault(name, new TreeMap<>()))));
    return new PartHeader(NO_NAME, all);
  }

  private byte[] json(SafetensorsHeader header) {
    Map<String, Integer> slots = new HashMap<>();
    for (int i = 0; i < digestsAt.length; i++) {
      PartLayout.Slot slot = layout.slots().get(i);
      slots.put(PartHeader.DIGEST_PREFIX + slot.section() + "/" + slot.spec().name(), i);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = Json.compactWriter(out)) {
      header.write(
          generator,
          name -> {
            generator.flush();
            valuesAt = out.size();
            if (name.equals(PartHeader.PART_KEY)) {
              nameAt = out.size() - 1 - NO_NAME.length();
            } else if (name.startsWith(PartHeader.DIGEST_PREFIX)) {
              digestsAt[slots.get(name)] = out.size() - 1 - Digest.DIGITS;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail to be written", e);
    }
    return out.toByteArray();
  }

  /**
   * Which tensors are in planes.
   *
   * @return their numbers in the order of the file
   */
  public BitSet inPlanes() {
    return (BitSet) inPlanes.clone();
  }

  /**
   * Begins the header of one part.
   *
   * @param part the name of the part
   * @param values the values by name, of each section
   * @return the header, whose digests are to be set
   * @throws CheckpointException if the header is larger than readers accept
   * @throws IllegalArgumentException if a name has a wrong form, or a value cannot be written
   */
  public Unfinished begin(String part, Map<String, ? extends SortedMap<String, String>> values)
      throws CheckpointException {
    Text.requireName("part", part);
    byte[] name = json(Map.of("", part), "{\"\":\"".length(), "\"}".length());
    byte[] texts = json(byKey(values), 1, 1);
    int comma = texts.length > 0 ? 1 : 0;
    int shift = name.length - NO_NAME.length();
    int jsonBytes = json.length + shift + comma + texts.length;
    if (jsonBytes > SafetensorsHeader.MAX_JSON_BYTES) {
      throw SafetensorsHeader.tooLarge(digestsAt.length);
    }
    int afterName = nameAt + NO_NAME.length();
    ByteBuffer file = SafetensorsHeader.file(jsonBytes, layout.dataBytes());
    int start = file.position();
    file.put(json, 0, nameAt).put(name).put(json, afterName, valuesAt - afterName);
    file.put(new byte[] {','}, 0, comma).put(texts);
    file.put(json, valuesAt, json.length - valuesAt);
    return new Unfinished(file.rewind(), start + shift);
  }

  private SortedMap<String, String> byKey(Map<String, ? extends SortedMap<String, String>> values) {
    SortedMap<String, String> byKey = new TreeMap<>();
    values.forEach(
        (section, texts) -> {
          SectionHeader checked =
              new SectionHeader(sections.get(section).sameOnAllRanks(), texts, new TreeMap<>());
          checked
              .values()
              .forEach(
                  (name, text) -> byKey.put(PartHeader.VALUE_PREFIX + section + "/" + name, text));
        });
    return byKey;
  }

  /** An object of texts, without its first and its last bytes. */
  private static byte[] json(Map<String, String> texts, int first, int last) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = Json.compactWriter(out)) {
      generator.writeStartObject();
      for (var entry : texts.entrySet()) {
        generator.writeStringField(entry.getKey(), entry.getValue());
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Memory does not fail to be written", e);
    }
    return Arrays.copyOfRange(out.toByteArray(), first, out.size() - last);
  }

  /** A header whose digests are not known yet, but its size is. */
  public final class Unfinished {
    private final ByteBuffer file;

    /** How much later everything behind the part's name is than in the JSON. */
    private final int shift;

    private Unfinished(ByteBuffer file, int shift) {
      this.file = file;
      this.shift = shift;
    }

    /**
     * The size.
     *
     * @return all bytes of the data file before the data region
     */
    public int byteSize() {
      return file.capacity();
    }

    /**
     * Sets the digests.
     *
     * @param digests those of the tensors, in the order of the file
     * @return all bytes of the data file before the data region
     */
    public ByteBuffer with(List<Digest> digests) {
      for (int i = 0; i < digestsAt.length; i++) {
        digests.get(i).putDigits(file, shift + digestsAt[i]);
      }
      return file.duplicate();
    }
  }
}
