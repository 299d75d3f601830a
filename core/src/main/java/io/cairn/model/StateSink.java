// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** Takes the state of a training, section by section. Used on the training thread only. */
public interface StateSink {

  /**
   * Starts a section that is the same on all ranks: saved once, by rank 0.
   *
   * @param name 1 to 64 letters, digits, {@code -}, {@code _} or {@code .}; unique in the snapshot,
   *     and not {@code cairn}, which is for what Cairn saves itself
   * @return takes the section's tensors and values
   * @throws IllegalArgumentException if the name has another form or was used before
   */
  SectionSink section(String name);

  /**
   * Starts a section of this rank's own.
   *
   * @param name as for {@link #section}
   * @return takes the section's tensors and values
   * @throws IllegalArgumentException if the name has another form or was used before
   * @throws IllegalStateException if the state said {@link Sharing#SAME_ON_ALL_RANKS}
   */
  SectionSink ownSection(String name);
}
