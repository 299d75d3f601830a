// SPDX-License-Identifier: Apache-2.0
package io.cairn.model;

/** Takes the tensors and values of one section. Names are unique in the section. */
public interface SectionSink {

  /**
   * Names a tensor to copy.
   *
   * @param spec its name, type and shape
   * @param memory its live memory, of the size the spec says
   * @return this
   * @throws IllegalArgumentException if the name was used before or the sizes differ
   */
  SectionSink tensor(TensorSpec spec, TensorMemory memory);

  /**
   * Opaque bytes, as a {@link DType#U8} vector.
   *
   * @param name the name
   * @param bytes the bytes; must stay as they are until the copy was made
   * @return this
   */
  SectionSink bytes(String name, byte[] bytes);

  /**
   * A small value. Large data belongs into tensors: values are part of the file's header.
   *
   * @param name the name
   * @param value the value
   * @return this
   */
  SectionSink value(String name, String value);

  /**
   * A small value.
   *
   * @param name the name
   * @param value the value
   * @return this
   */
  default SectionSink value(String name, long value) {
    return value(name, Long.toString(value));
  }

  /**
   * A small value; restored with the same bits, but for the payload of a NaN.
   *
   * @param name the name
   * @param value the value
   * @return this
   */
  default SectionSink value(String name, double value) {
    return value(name, Double.toString(value));
  }

  /**
   * A small value.
   *
   * @param name the name
   * @param value the value
   * @return this
   */
  default SectionSink value(String name, boolean value) {
    return value(name, Boolean.toString(value));
  }
}
