// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl.quickstart;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Every tensor of the parameters and the optimizer in the newest data file of a folder. Read
 * without Cairn: the files are plain safetensors.
 */
record FinalState(SortedMap<String, byte[]> tensors) {

  static FinalState read(Path folder) throws IOException {
    byte[] bytes = Files.readAllBytes(newest(folder));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = Math.toIntExact(file.getLong());
    int data = Long.BYTES + headerBytes;
    SortedMap<String, byte[]> tensors = new TreeMap<>();
    try (JsonParser parser = new JsonFactory().createParser(bytes, Long.BYTES, headerBytes)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        int[] offsets = offsets(parser);
        if (name.startsWith("model/") || name.startsWith("optimizer/")) {
          tensors.put(name, Arrays.copyOfRange(bytes, data + offsets[0], data + offsets[1]));
        }
      }
    }
    return new FinalState(tensors);
  }

  private static Path newest(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".safetensors"))
          .max(Comparator.comparing(Path::getFileName))
          .orElseThrow();
    }
  }

  /** Reads one entry of the header. */
  private static int[] offsets(JsonParser parser) throws IOException {
    int[] offsets = new int[2];
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean wanted = parser.currentName().equals("data_offsets");
      parser.nextToken();
      if (wanted) {
        offsets[0] = parser.nextIntValue(0);
        offsets[1] = parser.nextIntValue(0);
        parser.nextToken();
      } else {
        parser.skipChildren();
      }
    }
    return offsets;
  }

  long bytes() {
    return tensors.values().stream().mapToLong(tensor -> tensor.length).sum();
  }

  /** How many tensors are missing in one of the two, or differ in some byte. */
  long differences(FinalState other) {
    TreeMap<String, byte[]> all = new TreeMap<>(tensors);
    all.putAll(other.tensors);
    return all.keySet().stream()
        .filter(name -> !Arrays.equals(tensors.get(name), other.tensors.get(name)))
        .count();
  }
}
