// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Where each tensor of a part goes, known before the tensors' bytes are: to stage them in the order
 * of the file.
 *
 * @param slots the tensors in the order of the file, without gaps
 * @param dataBytes the size of all tensors together
 */
public record PartLayout(List<Slot> slots, long dataBytes) {

  /**
   * The place of one tensor.
   *
   * @param section the section it belongs to
   * @param spec its name in the section, type and shape
   * @param offset its first byte in the data region
   * @param byteSize its size
   */
  public record Slot(String section, TensorSpec spec, long offset, long byteSize) {}

  /** Copies the list. */
  public PartLayout {
    slots = List.copyOf(slots);
  }

  /**
   * Places the tensors of a part.
   *
   * @param sections the tensors of each section, by its name
   * @return the layout
   * @throws IllegalArgumentException if a name has a wrong form or is there twice in a section, or
   *     all together exceed 2^63 bytes
   */
  public static PartLayout of(Map<String, ? extends Collection<TensorSpec>> sections) {
    List<TensorSpec> all = new ArrayList<>();
    sections.forEach(
        (section, specs) -> {
          Text.requireSectionName(section);
          for (TensorSpec spec : specs) {
            Text.requireName("tensor", spec.name());
            all.add(PartHeader.inFile(section, spec));
          }
        });
    TensorLayout layout = TensorLayout.of(all);
    List<Slot> slots = new ArrayList<>(all.size());
    for (TensorLayout.Slot slot : layout.slots()) {
      slots.add(inPart(slot));
    }
    return new PartLayout(slots, layout.dataBytes());
  }

  private static Slot inPart(TensorLayout.Slot slot) {
    TensorSpec spec = slot.spec();
    int slash = spec.name().indexOf('/');
    return new Slot(
        spec.name().substring(0, slash),
        new TensorSpec(spec.name().substring(slash + 1), spec.dtype(), spec.shape()),
        slot.offset(),
        spec.byteSize());
  }
}
