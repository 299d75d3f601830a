// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.model.DType;
import io.cairn.model.SectionSink;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a state named in one section. As long as it names what it named the last time, in the same
 * order, only the memories are new.
 */
final class SectionCapture implements SectionSink {
  private final String section;
  private final boolean sameOnAllRanks;
  private final SectionLayout expected;
  private final List<TensorMemory> memories;
  private final SortedMap<String, String> values = new TreeMap<>();

  /** All specs in order, once one was not as expected. */
  private final List<TensorSpec> specs = new ArrayList<>();

  private final Set<String> names = new HashSet<>();
  private boolean asExpected = true;

  SectionCapture(String section, boolean sameOnAllRanks, SectionLayout expected) {
    this.section = section;
    this.sameOnAllRanks = sameOnAllRanks;
    this.expected = expected;
    this.memories = new ArrayList<>(expected.size());
  }

  boolean sameOnAllRanks() {
    return sameOnAllRanks;
  }

  /** Whether exactly the expected tensors were named. */
  boolean isAsExpected() {
    return asExpected
        && memories.size() == expected.size()
        && sameOnAllRanks == expected.sameOnAllRanks();
  }

  /** The tensors in the order they were named. */
  List<TensorSpec> specs() {
    leaveExpected();
    return specs;
  }

  SortedMap<String, String> values() {
    return values;
  }

  /** Plans to copy each tensor to its place. */
  void planCopy(SectionLayout layout, CopyPlan plan) {
    plan.add(this, layout);
  }

  /** How many tensors were named. */
  int size() {
    return memories.size();
  }

  /** The memory of a tensor; the size may not be the tensor's. */
  TensorMemory memory(int index) {
    return memories.get(index);
  }

  @Override
  public SectionSink tensor(TensorSpec spec, TensorMemory memory) {
    int index = memories.size();
    if (!asExpected || !expected.holds(index, spec)) {
      leaveExpected();
      requireSize(spec, spec.byteSize(), memory);
      requireNew(names.add(spec.name()), spec.name());
      specs.add(spec);
    }
    memories.add(memory);
    return this;
  }

  private void leaveExpected() {
    if (asExpected) {
      asExpected = false;
      for (int i = 0; i < memories.size(); i++) {
        specs.add(expected.spec(i));
        names.add(expected.spec(i).name());
      }
    }
  }

  /** Asked of a new tensor when it is named, of every one when its memory is read anyway. */
  void requireSize(TensorSpec spec, long byteSize, TensorMemory memory) {
    if (byteSize != memory.byteSize()) {
      throw new IllegalArgumentException(
          "Tensor '"
              + section
              + "/"
              + spec.name()
              + "' is "
              + spec.typeAndShape()
              + ", "
              + byteSize
              + " bytes, but its memory has "
              + memory.byteSize());
    }
  }

  @Override
  public SectionSink bytes(String name, byte[] bytes) {
    return tensor(
        new TensorSpec(name, DType.U8, List.of((long) bytes.length)), TensorMemory.of(bytes));
  }

  @Override
  public SectionSink value(String name, String value) {
    requireNew(values.put(name, value) == null, name);
    return this;
  }

  private void requireNew(boolean isNew, String name) {
    if (!isNew) {
      throw new IllegalArgumentException("'" + section + "/" + name + "' is captured twice");
    }
  }
}
