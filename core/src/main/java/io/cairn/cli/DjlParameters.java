// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.inspect.SnapshotReader;
import io.cairn.inspect.TensorInfo;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The file that DJL's {@code Model.save} writes: a head, and what the blocks write of themselves,
 * parameters included. The snapshot has it without the parameters' bytes, which are put in.
 */
final class DjlParameters {
  private static final String NEEDED =
      "djl needs a snapshot of a DJL model by cairn-djl, with the sections model and params_file"
          + " (--trainer NAME, if the training has several and it is not the first)";
  private static final String MAGIC = "DJL@";
  private static final int VERSION = 1;

  private final SavedSections sections;
  private final String model;
  private final String file;
  private final long epoch;

  /** Where a parameter's bytes belong. */
  private record Hole(int offset, TensorInfo tensor) {}

  /**
   * The parameters of a model.
   *
   * @param prefix of the sections' names: empty for the trainer that has no name
   */
  DjlParameters(SnapshotReader reader, int part, String prefix) {
    this.sections = new SavedSections(reader, part, NEEDED);
    this.model = prefix + "model";
    this.file = prefix + "params_file";
    this.epoch = reader.snapshot().details().map(details -> details.progress().epoch()).orElse(0L);
  }

  void writeTo(OutputStream target) throws IOException, CliException {
    sections.require(model, file);
    String name = sections.value(file, "model");
    String type = sections.value(file, "type");
    byte[] inputs = sections.bytes(file, "inputs");
    byte[] frame = sections.bytes(file, "frame");
    List<Hole> holes = holes(frame);
    DataOutputStream out = new DataOutputStream(target);
    out.writeBytes(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(name);
    out.writeUTF(type);
    out.write(inputs);
    out.writeInt(1); // how many properties follow
    out.writeUTF("Epoch");
    out.writeUTF(Long.toString(epoch));
    int at = 0;
    for (Hole hole : holes) {
      out.write(frame, at, hole.offset - at);
      sections.reader().read(hole.tensor, Bytes.to(out));
      at = hole.offset;
    }
    out.write(frame, at, frame.length - at);
    out.flush();
  }

  private List<Hole> holes(byte[] frame) throws CliException, IOException {
    List<Hole> holes = new ArrayList<>();
    int at = 0;
    for (String line : sections.lines(file, "tensors")) {
      Hole hole = hole(line, at, frame);
      holes.add(hole);
      at = hole.offset;
    }
    return holes;
  }

  /** Before it, the frame says how many bytes there are. */
  private Hole hole(String line, int after, byte[] frame) throws CliException {
    int space = line.indexOf(' ');
    try {
      int offset = Integer.parseInt(line.substring(0, Math.max(0, space)));
      TensorInfo tensor = sections.tensor(model, line.substring(space + 1));
      if (offset >= after + Integer.BYTES
          && offset <= frame.length
          && ByteBuffer.wrap(frame).getInt(offset - Integer.BYTES) == tensor.spec().byteSize()) {
        return new Hole(offset, tensor);
      }
    } catch (NumberFormatException e) {
      throw wrong(line);
    }
    throw wrong(line);
  }

  private CliException wrong(String line) {
    return new CliException(
        sections.wrong(file + "/tensors", "places in the frame", "'" + line + "'"));
  }
}
