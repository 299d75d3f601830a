// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

import java.util.List;

/** Gives the tensors and values of one section of a verified snapshot. */
public interface SectionSource {

  /**
   * The tensors of the section.
   *
   * @return their specs, by name
   */
  List<TensorSpec> tensors();

  /**
   * The values of the section.
   *
   * @return their names, sorted
   */
  List<String> valueNames();

  /**
   * Says where a tensor goes. A tensor that is missing or differs in type or shape is remembered;
   * all differences are reported together, before anything is copied. So is a tensor of a section
   * asked for that nobody took.
   *
   * @param spec its name, type and shape in this training
   * @param memory its live memory, to be overwritten
   * @throws IllegalArgumentException if the memory has another size, or the tensor has a place
   *     already
   */
  void tensor(TensorSpec spec, TensorMemory memory);

  /**
   * The bytes of a {@link DType#U8} vector, at once.
   *
   * @param name the name
   * @return a copy of the bytes
   * @throws CheckpointException if there is no such tensor, it is of another type, or it does not
   *     fit into an array
   */
  byte[] bytes(String name) throws CheckpointException;

  /**
   * A value.
   *
   * @param name the name it was captured under
   * @return the value
   * @throws IncompatibleSnapshotException if it is not there
   */
  String value(String name) throws IncompatibleSnapshotException;

  /**
   * A value.
   *
   * @param name the name it was captured under
   * @return the value
   * @throws IncompatibleSnapshotException if it is not there, or no whole number
   */
  long longValue(String name) throws IncompatibleSnapshotException;

  /**
   * A value.
   *
   * @param name the name it was captured under
   * @return the value
   * @throws IncompatibleSnapshotException if it is not there, or no number
   */
  double doubleValue(String name) throws IncompatibleSnapshotException;

  /**
   * A value.
   *
   * @param name the name it was captured under
   * @return the value
   * @throws IncompatibleSnapshotException if it is not there, or neither true nor false
   */
  boolean booleanValue(String name) throws IncompatibleSnapshotException;
}
