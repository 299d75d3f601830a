// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.PartLayout;
import io.cairn.model.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tensors of one section in the order in which the state named them, and their places. A state
 * names the same again for every snapshot: then nothing has to be sorted, placed or looked up.
 */
final class SectionLayout {
  /** A section of which nothing is known yet. */
  static final SectionLayout UNKNOWN = new SectionLayout(true, List.of(), new long[0]);

  private final boolean sameOnAllRanks;
  private final TensorSpec[] specs;
  private final long[] byteSizes;
  private final long[] offsets;

  private SectionLayout(boolean sameOnAllRanks, List<TensorSpec> specs, long[] offsets) {
    this.sameOnAllRanks = sameOnAllRanks;
    this.specs = specs.toArray(TensorSpec[]::new);
    this.byteSizes = specs.stream().mapToLong(TensorSpec::byteSize).toArray();
    this.offsets = offsets;
  }

  /** The places of a section's tensors. */
  static SectionLayout of(
      boolean sameOnAllRanks, List<TensorSpec> specs, List<PartLayout.Slot> slotsOfSection) {
    Map<String, Long> offsetByName = new HashMap<>();
    slotsOfSection.forEach(slot -> offsetByName.put(slot.spec().name(), slot.offset()));
    return new SectionLayout(
        sameOnAllRanks,
        specs,
        specs.stream().mapToLong(spec -> offsetByName.get(spec.name())).toArray());
  }

  boolean sameOnAllRanks() {
    return sameOnAllRanks;
  }

  /** How many tensors the section has. */
  int size() {
    return specs.length;
  }

  /** Whether the tensor at this place of the order is exactly this one. */
  boolean holds(int index, TensorSpec spec) {
    return index < specs.length && Objects.equals(specs[index], spec);
  }

  TensorSpec spec(int index) {
    return specs[index];
  }

  long byteSize(int index) {
    return byteSizes[index];
  }

  /** Where the tensor begins in the data region. */
  long offset(int index) {
    return offsets[index];
  }
}
