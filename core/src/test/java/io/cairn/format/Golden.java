// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import io.cairn.model.DType;
import io.cairn.model.Fingerprint;
import io.cairn.model.Progress;
import io.cairn.model.RunName;
import io.cairn.model.SnapshotId;
import io.cairn.model.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The files of version 1 that were written once, and the values they were written from. */
final class Golden {
  static final String PART = "bank.step-000000001200.attempt-002.part-00000-of-00001";
  static final String DATA = PART + ".safetensors";
  static final String COMPRESSED = PART + ".safetensors.zst";
  static final String MANIFEST = PART + ".json";

  private static final TensorSpec BIAS = new TensorSpec("bias", DType.F32, List.of(1L));
  private static final TensorSpec MEAN = new TensorSpec("mean", DType.F64, List.of());
  private static final TensorSpec WEIGHTS = new TensorSpec("weights", DType.F32, List.of(1L, 2L));

  private Golden() {}

  static byte[] bytes(String name) {
    try (InputStream in = Golden.class.getResourceAsStream("v1/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tensors' bytes in the order of the file: mean 0.5, bias 0.25, weights 1 and -2. */
  static ByteBuffer data() {
    ByteBuffer data = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
    return data.putDouble(0.5).putFloat(0.25f).putFloat(1).putFloat(-2).flip();
  }

  static PartHeader header() {
    Map<String, TensorEntry> tensors =
        Map.of("bias", entry(BIAS, 8), "mean", entry(MEAN, 0), "weights", entry(WEIGHTS, 12));
    SectionHeader model =
        new SectionHeader(true, new TreeMap<>(Map.of("layers", "1")), new TreeMap<>(tensors));
    SectionHeader rng =
        new SectionHeader(false, new TreeMap<>(Map.of("seed", "42")), new TreeMap<>());
    return new PartHeader(PART, new TreeMap<>(Map.of("model", model, "rng", rng)));
  }

  static byte[] dataFile() throws IOException {
    MemoryFile file = MemoryFile.of(header().encode());
    file.write(data());
    return file.content();
  }

  static byte[] compressedFile() throws IOException {
    MemoryFile file = new MemoryFile();
    try (ZstdSink sink = new ZstdSink(file)) {
      sink.write(ByteBuffer.wrap(dataFile()));
      sink.finish();
    }
    return file.content();
  }

  static Manifest manifest() throws IOException {
    byte[] data = dataFile();
    return new Manifest(
        new RunName("bank"),
        new SnapshotId(1200, 2),
        new Progress(1200, 3, 75),
        0,
        1,
        Instant.parse("2026-03-01T12:34:56.789Z"),
        Optional.of(new SnapshotId(1000, 1)),
        new TreeMap<>(Map.of("loss", 0.125, "validation loss", Double.NaN)),
        Fingerprint.builder()
            .identity("optimizer", "Adam")
            .identity("seed", 42)
            .environment("threads", 4)
            .build(),
        List.of(new FileEntry(DATA, data.length, Digest.of(ByteBuffer.wrap(data)))));
  }

  private static TensorEntry entry(TensorSpec spec, int offset) {
    ByteBuffer bytes = data().slice(offset, Math.toIntExact(spec.byteSize()));
    return new TensorEntry(spec, offset, Digest.of(bytes));
  }
}
