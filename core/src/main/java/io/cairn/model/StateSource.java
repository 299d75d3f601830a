// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** Gives the state of a verified snapshot, section by section. Used on the training thread only. */
public interface StateSource {

  /**
   * Whether the snapshot has a section.
   *
   * @param name the name it was captured under
   * @return true if it is there
   */
  boolean hasSection(String name);

  /**
   * A section, whether it is the same on all ranks or this rank's own.
   *
   * @param name the name it was captured under
   * @return gives the section's tensors and values
   * @throws IncompatibleSnapshotException if the snapshot has no such section
   */
  SectionSource section(String name) throws IncompatibleSnapshotException;

  /**
   * Something to do when all tensors were copied, in the order given.
   *
   * @param action changes the training; must not fail
   */
  void afterwards(Runnable action);
}
