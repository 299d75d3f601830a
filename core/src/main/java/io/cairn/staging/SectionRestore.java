// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.SectionHeader;
import io.cairn.format.TensorEntry;
import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.SectionSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One section of a verified part, and where its tensors are to go. */
final class SectionRestore implements SectionSource {
  private final String name;
  private final SectionHeader header;
  private final TensorReader reader;
  private final Set<String> taken = new HashSet<>();
  private final Set<String> placed = new HashSet<>();
  private final List<String> differences = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();

  /** A tensor and the memory it goes to. */
  record Target(String fullName, TensorEntry entry, TensorMemory memory) {}

  SectionRestore(String name, SectionHeader header, TensorReader reader) {
    this.name = name;
    this.header = header;
    this.reader = reader;
  }

  /** The part it is in. */
  TensorReader reader() {
    return reader;
  }

  List<Target> targets() {
    return targets;
  }

  /** Everything that does not fit; a tensor that nobody took does not, either. */
  List<String> differences() {
    List<String> all = new ArrayList<>(differences);
    for (TensorEntry entry : header.tensors().values()) {
      if (!taken.contains(entry.spec().name())) {
        all.add(
            "tensor "
                + fullName(entry.spec().name())
                + ": snapshot has "
                + entry.spec().typeAndShape()
                + ", this training has none");
      }
    }
    return all;
  }

  @Override
  public List<TensorSpec> tensors() {
    return header.tensors().values().stream().map(TensorEntry::spec).toList();
  }

  @Override
  public List<String> valueNames() {
    return List.copyOf(header.values().keySet());
  }

  @Override
  public void tensor(TensorSpec spec, TensorMemory memory) {
    TensorEntry entry = header.tensors().get(spec.name());
    taken.add(spec.name());
    if (entry == null || !entry.spec().equals(spec)) {
      differences.add(
          "tensor "
              + fullName(spec.name())
              + ": snapshot has "
              + (entry == null ? "none" : entry.spec().typeAndShape())
              + ", this training has "
              + spec.typeAndShape());
    } else {
      requireSize(spec, memory);
      requireFirst(spec);
      targets.add(new Target(fullName(spec.name()), entry, memory));
    }
  }

  private void requireSize(TensorSpec spec, TensorMemory memory) {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException(
          "Tensor '"
              + fullName(spec.name())
              + "' cannot be restored: its memory is read-only; nothing was changed. Give the"
              + " memory that the training uses, not a read-only view of it");
    }
    if (memory.byteSize() != spec.byteSize()) {
      throw new IllegalArgumentException(
          "Tensor '"
              + fullName(spec.name())
              + "' is "
              + spec.byteSize()
              + " bytes, but its memory has "
              + memory.byteSize());
    }
  }

  /** A file is read once, from its begin to its end: there is one place for each tensor. */
  private void requireFirst(TensorSpec spec) {
    if (!placed.add(spec.name())) {
      throw new IllegalArgumentException(
          "Tensor '"
              + fullName(spec.name())
              + "' is asked for twice; nothing was changed. A tensor was captured once: take it"
              + " once, and copy it to a second place in StateSource.afterwards");
    }
  }

  @Override
  public byte[] bytes(String tensor) throws CheckpointException {
    TensorEntry entry = header.tensors().get(tensor);
    taken.add(tensor);
    if (entry == null || entry.spec().dtype() != DType.U8) {
      throw missing(
          tensor, "bytes", entry == null ? "none" : "a tensor " + entry.spec().typeAndShape());
    }
    if (entry.spec().byteSize() > Integer.MAX_VALUE - 8) {
      throw missing(tensor, "bytes that fit into an array", entry.spec().byteSize() + " bytes");
    }
    byte[] bytes = new byte[(int) entry.spec().byteSize()];
    reader.copy(
        List.of(new Target(fullName(tensor), entry, TensorMemory.of(ByteBuffer.wrap(bytes)))));
    return bytes;
  }

  @Override
  public String value(String value) throws IncompatibleSnapshotException {
    String text = header.values().get(value);
    if (text == null) {
      throw missing(value, "a value", "none");
    }
    return text;
  }

  @Override
  public long longValue(String value) throws IncompatibleSnapshotException {
    String text = value(value);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw missing(value, "a whole number", "'" + text + "'");
    }
  }

  @Override
  public double doubleValue(String value) throws IncompatibleSnapshotException {
    String text = value(value);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw missing(value, "a number", "'" + text + "'");
    }
  }

  @Override
  public boolean booleanValue(String value) throws IncompatibleSnapshotException {
    String text = value(value);
    if (!text.equals("true") && !text.equals("false")) {
      throw missing(value, "true or false", "'" + text + "'");
    }
    return text.equals("true");
  }

  private IncompatibleSnapshotException missing(String what, String expected, String found) {
    return new IncompatibleSnapshotException(
        "The snapshot does not fit this training; nothing was changed",
        List.of(fullName(what) + ": this training needs " + expected + ", snapshot has " + found));
  }

  private String fullName(String tensor) {
    return name + "/" + tensor;
  }
}
