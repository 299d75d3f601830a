// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.TensorInfo;
import io.cairn.model.DType;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tensors one after the other as one vector, in the form ND4J reads arrays from a stream: a buffer
 * of numbers that tell the shape, and a buffer of elements; all big-endian.
 */
final class Nd4jVector {
  private static final String ALLOCATION = "MIXED_DATA_TYPES";
  private static final long RANK = 1;
  private static final long STRIDE = 1;
  private static final long ORDER = 'c';

  private final SavedSections sections;
  private final List<TensorInfo> tensors;
  private final Element element;
  private final byte[] header;

  /** How ND4J names an element type, and marks it among the numbers of a shape. */
  private record Element(String name, long mark, int bytes) {}

  private Nd4jVector(SavedSections sections, List<TensorInfo> tensors, Element element)
      throws IOException {
    this.sections = sections;
    this.tensors = tensors;
    this.element = element;
    this.header = header();
  }

  /**
   * A vector of all tensors of a section.
   *
   * @param names of the tensors in the order of the vector
   */
  static Nd4jVector of(SavedSections sections, String section, List<String> names)
      throws CliException, IOException {
    List<TensorInfo> all = sections.tensors(section);
    Set<String> order = new LinkedHashSet<>(names);
    if (all.isEmpty() || order.size() != names.size() || order.size() != all.size()) {
      throw new CliException(
          sections.wrong(
              section,
              "the tensors that section 'vectors' names, " + names.size(),
              all.size() + " tensors"));
    }
    DType type = all.get(0).spec().dtype();
    List<TensorInfo> ordered = new ArrayList<>();
    for (String name : names) {
      TensorInfo tensor = sections.tensor(section, name);
      if (tensor.spec().dtype() != type) {
        throw new CliException(
            sections.wrong(tensor.fullName(), type.name(), tensor.spec().typeAndShape()));
      }
      ordered.add(tensor);
    }
    return new Nd4jVector(sections, ordered, element(sections, section, type));
  }

  private static Element element(SavedSections sections, String section, DType type)
      throws CliException {
    return switch (type) {
      case F16 -> new Element("HALF", 4096, Short.BYTES);
      case F32 -> new Element("FLOAT", 8192, Float.BYTES);
      case F64 -> new Element("DOUBLE", 16384, Double.BYTES);
      default -> throw new CliException(sections.wrong(section, "F16, F32 or F64", type.name()));
    };
  }

  private long elements() {
    return tensors.stream().mapToLong(tensor -> tensor.spec().byteSize()).sum() / element.bytes;
  }

  private byte[] header() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    long[] shape = {RANK, elements(), STRIDE, element.mark, STRIDE, ORDER};
    buffer(out, shape.length, "LONG");
    for (long number : shape) {
      out.writeLong(number);
    }
    buffer(out, elements(), element.name);
    return bytes.toByteArray();
  }

  private static void buffer(DataOutputStream out, long length, String type) throws IOException {
    out.writeUTF(ALLOCATION);
    out.writeLong(length);
    out.writeUTF(type);
  }

  long byteSize() {
    return header.length + elements() * element.bytes;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(header);
    for (TensorInfo tensor : tensors) {
      sections.reader().read(tensor, Bytes.reversed(element.bytes, Bytes.to(out)));
    }
  }
}
