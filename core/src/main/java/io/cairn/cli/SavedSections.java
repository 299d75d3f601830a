// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.PartContent;
import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorInfo;
import io.cairn.model.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The sections of one part, for formats that need more than its tensors. */
final class SavedSections {
  /** Of what is read at once; a description of a model is far smaller. */
  private static final int MOST_BYTES = 64 << 20;

  private final SnapshotReader reader;
  private final PartContent part;
  private final String needed;

  /**
   * Sections of a part.
   *
   * @param needed who they are for, for the error if something is missing
   */
  SavedSections(SnapshotReader reader, int part, String needed) {
    this.reader = reader;
    this.part = reader.parts().get(part);
    this.needed = needed;
  }

  SnapshotReader reader() {
    return reader;
  }

  void require(String... sections) throws CliException {
    for (String section : sections) {
      if (!part.sections().containsKey(section)) {
        throw missing("section '" + section + "'");
      }
    }
  }

  String value(String section, String name) throws CliException {
    String text = part.values().get(section + "/" + name);
    if (text == null) {
      throw missing("value '" + section + "/" + name + "'");
    }
    return text;
  }

  long count(String section, String name) throws CliException {
    String text = value(section, name);
    try {
      long count = Long.parseLong(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw new CliException(wrong(section + "/" + name, "a number", "'" + text + "'"));
    }
    throw new CliException(wrong(section + "/" + name, "no negative number", text));
  }

  List<TensorInfo> tensors(String section) {
    return part.tensors().stream().filter(tensor -> tensor.section().equals(section)).toList();
  }

  TensorInfo tensor(String section, String name) throws CliException {
    Optional<TensorInfo> found =
        tensors(section).stream().filter(tensor -> tensor.spec().name().equals(name)).findFirst();
    return found.orElseThrow(() -> missing("tensor '" + section + "/" + name + "'"));
  }

  /** A description that was saved as bytes. */
  byte[] bytes(String section, String name) throws CliException, IOException {
    TensorInfo tensor = tensor(section, name);
    long size = tensor.spec().byteSize();
    if (tensor.spec().dtype() != DType.U8 || size > MOST_BYTES) {
      throw new CliException(
          wrong(
              tensor.fullName(),
              "at most " + Show.bytes(MOST_BYTES) + " of U8",
              Show.bytes(size) + " of " + tensor.spec().dtype()));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) size);
    reader.read(tensor, Bytes.to(bytes));
    return bytes.toByteArray();
  }

  /** Lines that were saved as bytes. */
  List<String> lines(String section, String name) throws CliException, IOException {
    return new String(bytes(section, name), StandardCharsets.UTF_8).lines().toList();
  }

  private CliException missing(String what) {
    return new CliException(
        needed
            + "; this one has no "
            + what
            + ", but the sections "
            + String.join(", ", part.sections().keySet()));
  }

  String wrong(String what, String expected, String found) {
    return needed + "; '" + what + "' should be " + expected + ", but is " + found;
  }
}
