// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a section of a part holds.
 *
 * @param sameOnAllRanks whether all ranks have the same state here, rather than each its own
 * @param values small texts by name
 * @param tensors the tensors by name
 */
public record SectionHeader(
    boolean sameOnAllRanks,
    SortedMap<String, String> values,
    SortedMap<String, TensorEntry> tensors) {

  /**
   * Copies the maps and checks the names.
   *
   * @throws IllegalArgumentException if a name has a wrong form, a tensor is not under its own
   *     name, or a value cannot be written
   */
  public SectionHeader {
    values = Text.sortedCopy(values);
    tensors = Text.sortedCopy(tensors);
    values.forEach(
        (name, text) -> {
          Text.requireName("value", name);
          Text.requireUnicode("value '" + name + "'", text);
        });
    tensors.forEach(
        (name, entry) -> {
          Text.requireName("tensor", name);
          if (!name.equals(entry.spec().name())) {
            throw new IllegalArgumentException(
                "Tensor '" + entry.spec().name() + "' is under the name '" + name + "'");
          }
        });
  }

  SectionHeader withoutPlanes() {
    SortedMap<String, TensorEntry> plain = new TreeMap<>();
    tensors.forEach(
        (name, entry) ->
            plain.put(name, new TensorEntry(entry.spec(), entry.offset(), entry.digest())));
    return new SectionHeader(sameOnAllRanks, values, plain);
  }
}
