// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import ai.djl.ndarray.NDArray;
import io.cairn.model.SectionSink;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes what a block writes, and lets the bytes of parameters pass. It knows them by the names of
 * their arrays, which are others as long as it is open: the order in which a block writes its
 * parameters is its own.
 */
final class FrameRecorder extends DataOutputStream {
  private static final String MARK = "io.cairn/";
  private static final String MAGIC = "NDAR";
  private static final int VERSION = 3;
  private static final int LENGTH_BYTES = Integer.BYTES;
  private static final int MOST_BYTES = 16 << 20;

  private final LiveParameters parameters;
  private final Map<String, Optional<String>> arrayNames = new LinkedHashMap<>();
  private final ByteArrayOutputStream bytes;
  private final List<String> tensors = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();

  FrameRecorder(LiveParameters parameters) {
    this(parameters, new ByteArrayOutputStream());
  }

  private FrameRecorder(LiveParameters parameters, ByteArrayOutputStream bytes) {
    super(bytes);
    this.parameters = parameters;
    this.bytes = bytes;
  }

  /** Gives the arrays the names they are known by, until it is closed. */
  void mark() {
    for (String name : parameters.names()) {
      NDArray array = parameters.ownArray(name);
      arrayNames.put(name, Optional.ofNullable(array.getName()));
      array.setName(MARK + name);
    }
  }

  /** DJL writes an array at once. */
  @Override
  public synchronized void write(byte[] source, int offset, int length) throws IOException {
    Optional<String> marked = markedName(source, offset, length);
    if (marked.isPresent()) {
      writeFrame(marked.get(), source, offset, length);
    } else {
      super.write(source, offset, length);
    }
    if (bytes.size() > MOST_BYTES) {
      throw new IOException("The block writes more than its parameters and their shapes");
    }
  }

  private Optional<String> markedName(byte[] source, int offset, int length) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(source, offset, length))) {
      if (in.readUTF().equals(MAGIC) && in.readInt() == VERSION && in.readByte() == 1) {
        String name = in.readUTF();
        return name.startsWith(MARK)
            ? Optional.of(name.substring(MARK.length()))
            : Optional.empty();
      }
    } catch (IOException e) {
      return Optional.empty(); // something else
    }
    return Optional.empty();
  }

  /** All but the elements, under the array's real name. */
  private void writeFrame(String name, byte[] source, int offset, int length) throws IOException {
    long elements = new NDArrayMemory(parameters.ownArray(name)).byteSize();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(source, offset, length));
    writeUTF(in.readUTF());
    writeInt(in.readInt());
    in.readByte();
    in.readUTF();
    Optional<String> realName = arrayNames.get(name);
    writeByte(realName.isPresent() ? 1 : 0);
    if (realName.isPresent()) {
      writeUTF(realName.get());
    }
    byte[] rest = in.readNBytes(Math.toIntExact(in.available() - elements));
    if (rest.length <= LENGTH_BYTES || rest[rest.length - LENGTH_BYTES - 1] != '<') {
      throw new IOException("The array of " + name + " is not written little-endian and dense");
    }
    write(rest);
    seen.add(name);
    tensors.add(bytes.size() + " " + name);
  }

  /** Whether every parameter was seen: one that was not is in the bytes, or nowhere. */
  boolean isWhole() {
    return seen.equals(arrayNames.keySet());
  }

  /**
   * Adds the bytes, and a line for each place in them where a parameter's belong: the offset, and
   * the name.
   */
  void capture(SectionSink section) {
    byte[] lines = String.join("\n", tensors).getBytes(StandardCharsets.UTF_8);
    section.bytes("frame", bytes.toByteArray()).bytes("tensors", lines);
  }

  /** Gives the arrays their names back. */
  @Override
  public void close() {
    arrayNames.forEach((name, array) -> parameters.ownArray(name).setName(array.orElse(null)));
  }
}
