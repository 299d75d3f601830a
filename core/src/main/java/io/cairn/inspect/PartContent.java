// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one part of a snapshot holds.
 *
 * @param part its number
 * @param file the name of its data file
 * @param bytes the size of that file
 * @param sections the names of its sections, and whether each is the same on all ranks
 * @param values the small values, by section and name as in {@code rng/seed}
 * @param tensors the tensors, by section and name
 */
public record PartContent(
    int part,
    String file,
    long bytes,
    SortedMap<String, Boolean> sections,
    SortedMap<String, String> values,
    List<TensorInfo> tensors) {

  /**
   * Copies the collections.
   *
   * @param part its number
   * @param file the name of its data file
   * @param bytes the size of that file
   * @param sections its sections
   * @param values the small values
   * @param tensors the tensors
   */
  public PartContent {
    sections = Collections.unmodifiableSortedMap(new TreeMap<>(sections));
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    tensors = List.copyOf(tensors);
  }
}
