// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.model.DType;
import io.cairn.model.SectionSink;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a state named in one section. */
final class SectionCapture implements SectionSink {
  private final String section;
  private final boolean sameOnAllRanks;
  private final SortedMap<String, Tensor> tensors = new TreeMap<>();
  private final SortedMap<String, String> values = new TreeMap<>();

  /** A tensor and where it lives. */
  record Tensor(TensorSpec spec, TensorMemory memory) {}

  SectionCapture(String section, boolean sameOnAllRanks) {
    this.section = section;
    this.sameOnAllRanks = sameOnAllRanks;
  }

  boolean sameOnAllRanks() {
    return sameOnAllRanks;
  }

  SortedMap<String, Tensor> tensors() {
    return tensors;
  }

  List<TensorSpec> specs() {
    return tensors.values().stream().map(Tensor::spec).toList();
  }

  SortedMap<String, String> values() {
    return values;
  }

  @Override
  public SectionSink tensor(TensorSpec spec, TensorMemory memory) {
    if (spec.byteSize() != memory.byteSize()) {
      throw new IllegalArgumentException(
          "Tensor '"
              + section
              + "/"
              + spec.name()
              + "' is "
              + spec.typeAndShape()
              + ", "
              + spec.byteSize()
              + " bytes, but its memory has "
              + memory.byteSize());
    }
    requireNew(tensors.put(spec.name(), new Tensor(spec, memory)), spec.name());
    return this;
  }

  @Override
  public SectionSink bytes(String name, byte[] bytes) {
    return tensor(
        new TensorSpec(name, DType.U8, List.of((long) bytes.length)), TensorMemory.of(bytes));
  }

  @Override
  public SectionSink value(String name, String value) {
    requireNew(values.put(name, value), name);
    return this;
  }

  private void requireNew(Object before, String name) {
    if (before != null) {
      throw new IllegalArgumentException("'" + section + "/" + name + "' is captured twice");
    }
  }
}
