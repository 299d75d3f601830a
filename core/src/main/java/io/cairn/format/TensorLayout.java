// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where each tensor lies in the data region of a safetensors file: one after the other, without
 * gaps, from offset 0.
 *
 * @param slots the tensors in the order of the file
 */
record TensorLayout(List<Slot> slots) {
  private static final Comparator<TensorSpec> FILE_ORDER =
      Comparator.comparingInt((TensorSpec spec) -> -spec.dtype().bits())
          .thenComparing(TensorSpec::name, NaturalOrder.INSTANCE);

  /** Empty tensors share a place with what follows them, and keep the order of the file. */
  private static final Comparator<Slot> OFFSET_ORDER =
      Comparator.comparingLong(Slot::offset)
          .thenComparingLong(Slot::end)
          .thenComparing(Slot::spec, FILE_ORDER);

  /**
   * The place of one tensor.
   *
   * @param spec the tensor
   * @param offset its first byte in the data region
   */
  record Slot(TensorSpec spec, long offset) {

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the tensor begins before 0 or ends beyond 2^63
     */
    Slot {
      if (offset < 0 || offset > Long.MAX_VALUE - spec.byteSize()) {
        throw new IllegalArgumentException(
            "Tensor '" + spec.name() + "' cannot lie at offset " + offset);
      }
    }

    /** The first byte behind it. */
    long end() {
      return offset + spec.byteSize();
    }
  }

  /**
   * Checks that there are no gaps, no overlaps and no name twice.
   *
   * @throws IllegalArgumentException if there are
   */
  TensorLayout {
    slots = List.copyOf(slots);
    Set<String> names = new HashSet<>();
    long end = 0;
    for (Slot slot : slots) {
      if (!names.add(slot.spec().name())) {
        throw new IllegalArgumentException("There are two tensors '" + slot.spec().name() + "'");
      }
      if (slot.offset() != end) {
        throw new IllegalArgumentException(
            (slot.offset() > end ? "There is a hole before" : "Another tensor overlaps")
                + " tensor '"
                + slot.spec().name()
                + "': expected at offset "
                + end
                + ", found at "
                + slot.offset());
      }
      end = slot.end();
    }
  }

  /**
   * Places tensors by alignment (bits of an element) descending, then name with numbers by value,
   * so that each is aligned to its own type in a data region that is.
   *
   * @throws IllegalArgumentException if a name is there twice or all together exceed 2^63 bytes
   */
  static TensorLayout of(Collection<TensorSpec> specs) {
    List<Slot> slots = new ArrayList<>(specs.size());
    long offset = 0;
    for (TensorSpec spec : specs.stream().sorted(FILE_ORDER).toList()) {
      Slot slot = new Slot(spec, offset);
      slots.add(slot);
      offset = slot.end();
    }
    return new TensorLayout(slots);
  }

  /** The layout of tensors that have their places already, in any order. */
  static TensorLayout ofSlots(Collection<Slot> slots) {
    return new TensorLayout(slots.stream().sorted(OFFSET_ORDER).toList());
  }

  /** The size of the data region in bytes. */
  long dataBytes() {
    return slots.isEmpty() ? 0 : slots.get(slots.size() - 1).end();
  }
}
