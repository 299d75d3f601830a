// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import io.cairn.model.CheckpointException;
import io.cairn.model.DType;
import io.cairn.model.IncompatibleSnapshotException;
import io.cairn.model.SectionSink;
import io.cairn.model.SectionSource;
import io.cairn.model.StateSink;
import io.cairn.model.StateSource;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import io.cairn.model.TrainingState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A snapshot held in memory, as strict as the core about what fits. */
final class MemorySnapshot {

  /** Odd, and smaller than the tensors, so that pieces end inside of elements and tensors. */
  private static final int PIECE = 1237;

  static final class Tensor {
    final TensorSpec spec;
    final byte[] bytes;

    Tensor(TensorSpec spec, byte[] bytes) {
      this.spec = spec;
      this.bytes = bytes;
    }
  }

  record Section(Map<String, Tensor> tensors, Map<String, String> values) {
    Section() {
      this(new TreeMap<>(), new TreeMap<>());
    }

    Set<String> tensorNames() {
      return tensors.keySet();
    }

    void clear() {
      tensors.clear();
      values.clear();
    }

    void value(String name, String value) {
      values.put(name, value);
    }
  }

  private final Map<String, Section> sections = new TreeMap<>();

  static MemorySnapshot of(TrainingState state) {
    MemorySnapshot snapshot = new MemorySnapshot();
    Map<Tensor, TensorMemory> memories = new HashMap<>();
    state.capture(
        new StateSink() {
          @Override
          public SectionSink section(String name) {
            Section section = new Section();
            if (snapshot.sections.put(name, section) != null) {
              throw new IllegalArgumentException("section twice: " + name);
            }
            return new Sink(section, memories);
          }

          @Override
          public SectionSink ownSection(String name) {
            throw new IllegalStateException("same on all ranks");
          }
        });
    memories.forEach((tensor, memory) -> copyFrom(memory, tensor.bytes));
    return snapshot;
  }

  Section section(String name) {
    return sections.get(name);
  }

  Set<String> sectionNames() {
    return sections.keySet();
  }

  void restore(TrainingState state) throws CheckpointException {
    Source source = new Source();
    state.restore(source);
    source.requireFit();
    source.copies.forEach(Runnable::run);
    source.actions.forEach(Runnable::run);
  }

  /** The bytes of all tensors and the values, for comparing. */
  List<String> differences(MemorySnapshot other, String section) {
    Section mine = sections.get(section);
    Section theirs = other.sections.get(section);
    List<String> lines = new ArrayList<>();
    Set<String> names = new HashSet<>(mine.tensors.keySet());
    names.addAll(theirs.tensors.keySet());
    for (String name : names) {
      Tensor a = mine.tensors.get(name);
      Tensor b = theirs.tensors.get(name);
      if (a == null || b == null || !a.spec.equals(b.spec) || !Arrays.equals(a.bytes, b.bytes)) {
        lines.add(section + " " + name);
      }
    }
    if (!mine.values.equals(theirs.values)) {
      lines.add(section + " values: " + mine.values + " and " + theirs.values);
    }
    return lines;
  }

  void save(Path file) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.writeInt(sections.size());
      for (Map.Entry<String, Section> section : sections.entrySet()) {
        out.writeUTF(section.getKey());
        out.writeInt(section.getValue().tensors.size());
        for (Tensor tensor : section.getValue().tensors.values()) {
          write(out, tensor);
        }
        out.writeInt(section.getValue().values.size());
        for (Map.Entry<String, String> value : section.getValue().values.entrySet()) {
          out.writeUTF(value.getKey());
          out.writeUTF(value.getValue());
        }
      }
    }
  }

  private static void write(DataOutputStream out, Tensor tensor) throws IOException {
    out.writeUTF(tensor.spec.name());
    out.writeUTF(tensor.spec.dtype().name());
    out.writeInt(tensor.spec.shape().size());
    for (long dimension : tensor.spec.shape()) {
      out.writeLong(dimension);
    }
    out.writeInt(tensor.bytes.length);
    out.write(tensor.bytes);
  }

  static MemorySnapshot load(Path file) throws IOException {
    MemorySnapshot snapshot = new MemorySnapshot();
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      for (int sections = in.readInt(); sections > 0; sections--) {
        Section section = new Section();
        snapshot.sections.put(in.readUTF(), section);
        for (int tensors = in.readInt(); tensors > 0; tensors--) {
          Tensor tensor = read(in);
          section.tensors.put(tensor.spec.name(), tensor);
        }
        for (int values = in.readInt(); values > 0; values--) {
          section.values.put(in.readUTF(), in.readUTF());
        }
      }
    }
    return snapshot;
  }

  private static Tensor read(DataInputStream in) throws IOException {
    String name = in.readUTF();
    DType type = DType.valueOf(in.readUTF());
    List<Long> shape = new ArrayList<>();
    for (int dimensions = in.readInt(); dimensions > 0; dimensions--) {
      shape.add(in.readLong());
    }
    return new Tensor(new TensorSpec(name, type, shape), in.readNBytes(in.readInt()));
  }

  /** Arrays move in whole elements, so pieces are a multiple of eight bytes for those. */
  private static void copyFrom(TensorMemory memory, byte[] bytes) {
    inPieces(memory, bytes, memory::read);
  }

  private static void copyTo(TensorMemory memory, byte[] bytes) {
    inPieces(memory, bytes, memory::write);
  }

  private static void inPieces(TensorMemory memory, byte[] bytes, Mover mover) {
    boolean anyOffset = memory instanceof NDArrayMemory || memory instanceof NewArray;
    int piece = anyOffset ? PIECE : PIECE / 8 * 8;
    for (int at = 0; at < bytes.length; at += piece) {
      int length = Math.min(piece, bytes.length - at);
      ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length);
      mover.move(at, buffer);
      if (buffer.hasRemaining()) {
        throw new IllegalStateException(memory + " moved too little");
      }
    }
  }

  @FunctionalInterface
  private interface Mover {
    void move(long offset, ByteBuffer buffer);
  }

  private record Sink(Section section, Map<Tensor, TensorMemory> memories) implements SectionSink {
    @Override
    public SectionSink tensor(TensorSpec spec, TensorMemory memory) {
      if (memory.byteSize() != spec.byteSize()) {
        throw new IllegalArgumentException(spec + " has " + memory.byteSize() + " bytes");
      }
      Tensor tensor = new Tensor(spec, new byte[Math.toIntExact(spec.byteSize())]);
      if (section.tensors.put(spec.name(), tensor) != null) {
        throw new IllegalArgumentException("tensor twice: " + spec);
      }
      memories.put(tensor, memory);
      return this;
    }

    @Override
    public SectionSink bytes(String name, byte[] bytes) {
      return tensor(
          new TensorSpec(name, DType.U8, List.of((long) bytes.length)), TensorMemory.of(bytes));
    }

    @Override
    public SectionSink value(String name, String value) {
      if (section.values.put(name, value) != null) {
        throw new IllegalArgumentException("value twice: " + name);
      }
      return this;
    }
  }

  private final class Source implements StateSource {
    final List<Runnable> copies = new ArrayList<>();
    final List<Runnable> actions = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    final Map<String, Set<String>> untaken = new TreeMap<>();

    void requireFit() throws IncompatibleSnapshotException {
      untaken.forEach(
          (section, names) ->
              names.forEach(name -> problems.add(section + ": not taken: " + name)));
      if (!problems.isEmpty()) {
        throw new IncompatibleSnapshotException("The snapshot does not fit:", problems);
      }
    }

    @Override
    public boolean hasSection(String name) {
      return sections.containsKey(name);
    }

    @Override
    public SectionSource section(String name) throws IncompatibleSnapshotException {
      Section section = sections.get(name);
      if (section == null) {
        throw new IncompatibleSnapshotException("no section", List.of(name));
      }
      untaken.computeIfAbsent(name, key -> new HashSet<>(section.tensors.keySet()));
      return new SourceSection(name, section, this);
    }

    @Override
    public void afterwards(Runnable action) {
      actions.add(action);
    }
  }

  private record SourceSection(String name, Section section, Source source)
      implements SectionSource {

    @Override
    public List<TensorSpec> tensors() {
      return section.tensors.values().stream().map(tensor -> tensor.spec).toList();
    }

    @Override
    public List<String> valueNames() {
      return List.copyOf(section.values.keySet());
    }

    @Override
    public void tensor(TensorSpec spec, TensorMemory memory) {
      Tensor saved = section.tensors.get(spec.name());
      source.untaken.get(name).remove(spec.name());
      if (saved == null) {
        source.problems.add(name + ": missing: " + spec);
      } else if (!saved.spec.equals(spec)) {
        source.problems.add(
            name
                + ": "
                + spec.name()
                + ": snapshot has "
                + saved.spec.typeAndShape()
                + ", this training has "
                + spec.typeAndShape());
      } else {
        source.copies.add(() -> copyTo(memory, saved.bytes));
      }
    }

    @Override
    public byte[] bytes(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String value(String name) throws IncompatibleSnapshotException {
      String value = section.values.get(name);
      if (value == null) {
        throw new IncompatibleSnapshotException("no value", List.of(name));
      }
      return value;
    }

    @Override
    public long longValue(String name) throws IncompatibleSnapshotException {
      return Long.parseLong(value(name));
    }

    @Override
    public double doubleValue(String name) throws IncompatibleSnapshotException {
      return Double.parseDouble(value(name));
    }

    @Override
    public boolean booleanValue(String name) throws IncompatibleSnapshotException {
      return Boolean.parseBoolean(value(name));
    }
  }
}
