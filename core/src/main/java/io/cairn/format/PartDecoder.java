// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import io.cairn.model.UnsupportedFormatException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Sorts a safetensors header into the sections of a part. Metadata of other tools is ignored. */
final class PartDecoder {

  /** None so large that a number of 64 bits could not hold it. */
  private static final Pattern DIMENSION = Pattern.compile("\\d{1,18}");

  private static final Digest NOTHING = new Digest.Crc32c().digest();

  /** A section while it is collected. */
  private record Collected(
      boolean sameOnAllRanks,
      SortedMap<String, String> values,
      SortedMap<String, TensorEntry> tensors) {}

  private final String where;
  private final SortedMap<String, String> metadata;
  private final boolean hasPlanes;
  private final SortedMap<String, Collected> sections = new TreeMap<>();

  private PartDecoder(String where, SortedMap<String, String> metadata) {
    this.where = where;
    this.metadata = metadata;
    this.hasPlanes =
        String.valueOf(PartHeader.VERSION_WITH_PLANES).equals(metadata.get(PartHeader.VERSION_KEY));
  }

  static StoredPart decode(ByteSource source, String where) throws IOException {
    // Asked as early as can be: what a newer version changed is not damage.
    SafetensorsReader.Opened opened =
        SafetensorsReader.read(source, where, metadata -> requireVersion(metadata, where));
    SafetensorsHeader header = opened.header();
    requireVersion(header.metadata(), where);
    PartDecoder decoder = new PartDecoder(where, header.metadata());
    try {
      PartHeader part = decoder.part(header.layout());
      return new StoredPart(part, opened.dataStart(), header.layout().dataBytes());
    } catch (IllegalArgumentException e) {
      throw new CorruptSnapshotException(where + ": " + Text.message(e.getMessage()), e);
    }
  }

  private static void requireVersion(Map<String, String> metadata, String where)
      throws CheckpointException {
    String version = metadata.get(PartHeader.VERSION_KEY);
    if (version == null) {
      throw new CorruptSnapshotException(
          where + ": the metadata has no '" + PartHeader.VERSION_KEY + "'; no data file of Cairn?");
    }
    if (!version.equals(String.valueOf(PartHeader.VERSION))
        && !version.equals(String.valueOf(PartHeader.VERSION_WITH_PLANES))) {
      throw new UnsupportedFormatException(
          where
              + ": found data file version '"
              + Text.printable(version, Text.MAX_NAME_CHARS)
              + "', this Cairn knows versions "
              + PartHeader.VERSION
              + " and "
              + PartHeader.VERSION_WITH_PLANES
              + "; a newer Cairn wrote it");
    }
  }

  private PartHeader part(TensorLayout layout) throws CheckpointException {
    String part = metadata.get(PartHeader.PART_KEY);
    if (part == null) {
      throw corrupt("the metadata has no '" + PartHeader.PART_KEY + "'");
    }
    collectSections();
    collectValues();
    for (TensorLayout.Slot slot : layout.slots()) {
      collect(slot);
    }
    requireNoDigestWithoutTensor(layout);
    SortedMap<String, SectionHeader> headers = new TreeMap<>();
    sections.forEach(
        (name, section) ->
            headers.put(
                name, new SectionHeader(section.sameOnAllRanks, section.values, section.tensors)));
    return new PartHeader(part, headers);
  }

  private void collectSections() throws CheckpointException {
    for (var entry : withPrefix(PartHeader.SECTION_PREFIX).entrySet()) {
      String sharing = entry.getValue();
      if (!sharing.equals(PartHeader.SAME) && !sharing.equals(PartHeader.OWN)) {
        throw corrupt(
            "'" + entry.getKey() + "': expected 'same' or 'own', found '" + sharing + "'");
      }
      sections.put(
          entry.getKey().substring(PartHeader.SECTION_PREFIX.length()),
          new Collected(sharing.equals(PartHeader.SAME), new TreeMap<>(), new TreeMap<>()));
    }
  }

  private void collectValues() throws CheckpointException {
    for (var entry : withPrefix(PartHeader.VALUE_PREFIX).entrySet()) {
      String name = entry.getKey().substring(PartHeader.VALUE_PREFIX.length());
      sectionOf(name).values.put(name.substring(name.indexOf('/') + 1), entry.getValue());
    }
  }

  private void collect(TensorLayout.Slot slot) throws CheckpointException {
    TensorSpec spec = slot.spec();
    Collected section = sectionOf(spec.name());
    String digest = metadata.get(PartHeader.DIGEST_PREFIX + spec.name());
    if (digest == null) {
      throw corrupt("tensor '" + spec.name() + "' has no digest");
    }
    Digest parsed =
        Digest.parse(digest, where + ": " + Text.message("tensor '" + spec.name() + "'"));
    requireNothing(spec, parsed);
    String name = spec.name().substring(spec.name().indexOf('/') + 1);
    String planes = hasPlanes ? metadata.get(PartHeader.PLANES_PREFIX + spec.name()) : null;
    section.tensors.put(
        name,
        new TensorEntry(
            planes == null
                ? new TensorSpec(name, spec.dtype(), spec.shape())
                : inMemory(name, spec, planes),
            slot.offset(),
            parsed,
            planes != null));
  }

  /** The digest of a file says nothing about the digests of tensors without bytes. */
  private void requireNothing(TensorSpec spec, Digest digest) throws CheckpointException {
    if (spec.byteSize() == 0 && !digest.equals(NOTHING)) {
      throw corrupt(
          "tensor '"
              + spec.name()
              + "' is empty, but has digest "
              + digest
              + ", expected "
              + NOTHING);
    }
  }

  /** What a tensor in planes is once they are undone. */
  private TensorSpec inMemory(String name, TensorSpec inFile, String planes)
      throws CheckpointException {
    int space = planes.indexOf(' ');
    Optional<DType> type = space < 0 ? Optional.empty() : DType.ofName(planes.substring(0, space));
    List<String> dimensions = List.of(planes.substring(space + 1).split(",", -1));
    if (type.isPresent() && dimensions.stream().allMatch(it -> DIMENSION.matcher(it).matches())) {
      List<Long> shape = dimensions.stream().map(Long::valueOf).toList();
      TensorSpec spec = new TensorSpec(name, type.get(), shape);
      if (inFile.dtype() == DType.U8 && spec.byteSize() == inFile.byteSize()) {
        return spec;
      }
    }
    throw corrupt(
        "tensor '"
            + inFile.name()
            + "' is "
            + inFile.typeAndShape()
            + " in the file, which cannot hold the planes of '"
            + planes
            + "'");
  }

  private void requireNoDigestWithoutTensor(TensorLayout layout) throws CheckpointException {
    // Every tensor has one, so their numbers differ if and only if there is one too many.
    int digests = withPrefix(PartHeader.DIGEST_PREFIX).size();
    if (digests != layout.slots().size()) {
      throw corrupt("there are " + digests + " digests for " + layout.slots().size() + " tensors");
    }
  }

  private Collected sectionOf(String name) throws CheckpointException {
    int slash = name.indexOf('/');
    Collected section = slash < 0 ? null : sections.get(name.substring(0, slash));
    if (section == null) {
      throw corrupt("'" + name + "' belongs to no section");
    }
    return section;
  }

  private SortedMap<String, String> withPrefix(String prefix) {
    // The prefixes end in '/', and '0' is the character after it.
    return metadata.subMap(prefix, prefix.substring(0, prefix.length() - 1) + "0");
  }

  private CorruptSnapshotException corrupt(String what) {
    return new CorruptSnapshotException(where + ": " + Text.message(what));
  }
}
