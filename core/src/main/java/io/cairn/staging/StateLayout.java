// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.PartLayout;
import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Where everything goes that a state named.
 *
 * @param part the places in the order of the file
 * @param sections the same by section, in the order of the state
 */
record StateLayout(PartLayout part, Map<String, SectionLayout> sections) {
  /** Nothing was named yet. */
  static final StateLayout NONE = new StateLayout(PartLayout.of(Map.of()), Map.of());

  /** What the section was when it was named last. */
  SectionLayout section(String name) {
    return sections.getOrDefault(name, SectionLayout.UNKNOWN);
  }

  /** This layout if it fits, else a new one. */
  StateLayout fitted(SortedMap<String, SectionCapture> captured) {
    boolean same = sections.keySet().equals(captured.keySet());
    return same && captured.values().stream().allMatch(SectionCapture::isAsExpected)
        ? this
        : of(captured);
  }

  private static StateLayout of(SortedMap<String, SectionCapture> captured) {
    Map<String, List<TensorSpec>> specs = new HashMap<>();
    captured.forEach((name, section) -> specs.put(name, section.specs()));
    PartLayout part = PartLayout.of(specs);
    Map<String, List<PartLayout.Slot>> slots = new HashMap<>();
    for (PartLayout.Slot slot : part.slots()) {
      slots.computeIfAbsent(slot.section(), name -> new ArrayList<>()).add(slot);
    }
    Map<String, SectionLayout> sections = new HashMap<>();
    specs.forEach(
        (name, list) ->
            sections.put(name, SectionLayout.of(list, slots.getOrDefault(name, List.of()))));
    return new StateLayout(part, sections);
  }
}
