// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import io.cairn.format.HeaderTemplate;
import io.cairn.format.PartLayout;
import io.cairn.model.TensorSpec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Where everything goes that a state named. Safe for use by several threads. */
final class StateLayout {
  /** Nothing was named yet. */
  static final StateLayout NONE = new StateLayout(PartLayout.of(Map.of()), Map.of());

  private final PartLayout part;
  private final Map<String, SectionLayout> sections;
  private HeaderTemplate header;

  private StateLayout(PartLayout part, Map<String, SectionLayout> sections) {
    this.part = part;
    this.sections = sections;
  }

  /** The places in the order of the file. */
  PartLayout part() {
    return part;
  }

  /** The same of one section, in the order of the state; as it was when it was named last. */
  SectionLayout section(String name) {
    return sections.getOrDefault(name, SectionLayout.UNKNOWN);
  }

  /** The header of all files with this layout and these tensors in planes; the last is kept. */
  synchronized HeaderTemplate header(BitSet inPlanes) {
    if (header == null || !header.inPlanes().equals(inPlanes)) {
      Map<String, Boolean> sameOnAllRanks = new HashMap<>();
      sections.forEach((name, section) -> sameOnAllRanks.put(name, section.sameOnAllRanks()));
      header = new HeaderTemplate(part, sameOnAllRanks, inPlanes);
    }
    return header;
  }

  /** This layout if it fits, else a new one. */
  StateLayout fitted(SortedMap<String, SectionCapture> captured) {
    boolean same = sections.keySet().equals(captured.keySet());
    for (SectionCapture section : captured.values()) {
      same &= section.isAsExpected();
    }
    return same ? this : of(captured);
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
    captured.forEach(
        (name, section) ->
            sections.put(
                name,
                SectionLayout.of(
                    section.sameOnAllRanks(),
                    section.specs(),
                    slots.getOrDefault(name, List.of()))));
    return new StateLayout(part, sections);
  }
}
