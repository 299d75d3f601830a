// SPDX-License-Identifier: Apache-2.0
package io.cairn.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.format.ByteSource;
import io.cairn.format.PartHeader;
import io.cairn.format.StoredPart;
import io.cairn.format.TensorEntry;
import io.cairn.format.ZstdSink;
import io.cairn.format.ZstdSource;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.Rank;
import io.cairn.model.SectionSource;
import io.cairn.model.Sharing;
import io.cairn.model.TensorMemory;
import io.cairn.model.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedStateTest {
  private static final int FRAME = ZstdSink.FRAME_BYTES;

  /** So small that tensors go over the end of chunks. */
  private static final int CHUNK_BYTES = 3 << 16;

  private final Random random = new Random(Long.getLong("cairn.test.seed", 1));
  private final Map<TensorSpec, ByteBuffer> tensors = new LinkedHashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyTensorComesBack(int threads) throws IOException {
    add("weights", DType.F32, weights(FRAME + FRAME / 2 + 44, 4));
    add("half", DType.BF16, weights(100_002, 2));
    add("double", DType.F64, weights(1 << 20, 8));
    add("small", DType.F32, weights(400, 4));
    add("counter", DType.I64, ByteBuffer.allocateDirect(8));
    add("noise", DType.I32, noise(200_000));
    add("text", DType.U8, text(300_000));
    add("empty", DType.F32, ByteBuffer.allocateDirect(0));

    ByteSource file = memory(write(threads));
    try (ZstdSource plain = ZstdSource.open(file, "x")) {
      StoredPart part = PartHeader.decode(plain, "x");
      plain.undoPlanes(part);
      Map<String, TensorEntry> entries = part.header().sections().get("model").tensors();
      for (Map.Entry<TensorSpec, ByteBuffer> tensor : tensors.entrySet()) {
        TensorEntry entry = entries.get(tensor.getKey().name());
        assertThat(entry.spec()).isEqualTo(tensor.getKey());
        assertThat(read(plain, part.position(entry), (int) entry.spec().byteSize()))
            .isEqualTo(tensor.getValue());
      }
      assertThat(entries.values().stream().filter(TensorEntry::inPlanes))
          .extracting(entry -> entry.spec().name())
          .containsExactlyInAnyOrder("weights", "half", "double");
    }
    assertThat(file.size()).isLessThan(plainBytes() * 9 / 10);
  }

  @Test
  void aTensorOfVeryManyDimensionsComesBackFromPlanes() throws IOException {
    List<Long> shape = new ArrayList<>(Collections.nCopies(70, 1L));
    shape.add(100_000L);
    TensorSpec deep = new TensorSpec("deep", DType.F32, shape);
    tensors.put(deep, weights(400_000, 4));

    try (ZstdSource plain = ZstdSource.open(memory(write(1)), "x")) {
      StoredPart part = PartHeader.decode(plain, "x");
      plain.undoPlanes(part);
      TensorEntry entry = part.header().sections().get("model").tensors().get("deep");
      assertThat(entry.inPlanes()).isTrue();
      assertThat(entry.spec()).isEqualTo(deep);
      assertThat(read(plain, part.position(entry), 400_000)).isEqualTo(tensors.get(deep));
    }
  }

  @Test
  void aRangeOfATensorInPlanesIsReadAlone() throws IOException {
    ByteBuffer weights = weights(2 * FRAME + 1000, 4);
    add("weights", DType.F32, weights);
    try (ZstdSource plain = ZstdSource.open(memory(write(1)), "x")) {
      StoredPart part = PartHeader.decode(plain, "x");
      plain.undoPlanes(part);
      for (int round = 0; round < 30; round++) {
        int at = random.nextInt(weights.capacity());
        int count = random.nextInt(weights.capacity() - at) >> random.nextInt(20);
        assertThat(read(plain, part.dataStart() + at, count)).isEqualTo(weights.slice(at, count));
      }
    }
  }

  @Test
  void severalThreadsReadAtOnce() throws IOException {
    ByteBuffer weights = weights(8 * FRAME + 1000, 4);
    add("weights", DType.F32, weights);
    try (ZstdSource plain = ZstdSource.open(memory(write(1)), "x")) {
      StoredPart part = PartHeader.decode(plain, "x");
      plain.undoPlanes(part);
      int piece = 100_000;
      IntStream.range(0, weights.capacity() / piece)
          .parallel()
          .forEach(
              i ->
                  assertThat(readUnchecked(plain, part.dataStart() + (long) i * piece, piece))
                      .isEqualTo(weights.slice(i * piece, piece)));
    }
  }

  /** Who reads half a frame decompresses all of it. */
  @Test
  void eachFrameIsDecompressedOnceHoweverManyThreadsCopy() throws IOException {
    add("first", DType.F32, weights(8 * FRAME + 4000, 4));
    add("second", DType.F32, weights(3 * FRAME, 4));
    List<Long> reads = Collections.synchronizedList(new ArrayList<>());
    ByteSource bytes = memory(write(1));
    ByteSource file =
        new ByteSource() {
          @Override
          public long size() throws IOException {
            return bytes.size();
          }

          @Override
          public boolean isConcurrent() {
            return true;
          }

          @Override
          public void readFully(long position, ByteBuffer target) throws IOException {
            reads.add(position);
            bytes.readFully(position, target);
          }
        };
    try (ZstdSource plain = ZstdSource.open(file, "x");
        Copiers copiers = new Copiers(4)) {
      StoredPart part = PartHeader.decode(plain, "x");
      plain.undoPlanes(part);
      StateRestore restore = new StateRestore(copiers);
      restore.addShared(part, plain);
      SectionSource model = restore.section("model");
      Map<TensorSpec, ByteBuffer> restored = new LinkedHashMap<>();
      for (TensorSpec spec : tensors.keySet()) {
        restored.put(spec, ByteBuffer.allocateDirect((int) spec.byteSize()));
        model.tensor(spec, TensorMemory.of(restored.get(spec)));
      }
      reads.clear();
      restore.apply();
      assertThat(restored).isEqualTo(tensors);
      assertThat(reads).hasSize(9 + 3).doesNotHaveDuplicates();
    }
  }

  private static ByteBuffer readUnchecked(ByteSource source, long position, int count) {
    try {
      return read(source, position, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void howManyThreadsThereAreChangesNoByte() throws IOException {
    add("weights", DType.F32, weights(5 * FRAME, 4));
    assertThat(write(3)).isEqualTo(write(1));
  }

  /** No reader may take planes for floats: in the file they are bytes. */
  @Test
  void theFileItselfHasBytes() throws IOException {
    add("weights", DType.F32, weights(1 << 20, 4));
    try (ZstdSource plain = ZstdSource.open(memory(write(1)), "x")) {
      String header = text(read(plain, 0, 1000));
      assertThat(header)
          .contains("\"cairn.format\":\"2\"")
          .contains("\"planes/model/weights\":\"F32 262144\"")
          .contains("\"model/weights\":{\"dtype\":\"U8\",\"shape\":[1048576]");
      assertThat(PartHeader.decode(plain, "x").header().withoutPlanes().encode().remaining())
          .isPositive();
    }
  }

  @Test
  void aFrameThatIsNoBlockOfItsTensorIsRefused() throws IOException {
    add("weights", DType.F32, weights(1 << 20, 4));
    add("more", DType.F32, weights(1 << 20, 4));
    byte[] file = write(1);
    ByteBuffer table = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int lastEntry = file.length - 9 - 8;
    // The same sum of sizes, other frames: what a forged table could say.
    table.putInt(lastEntry + 4, table.getInt(lastEntry + 4) + 64);
    table.putInt(lastEntry - 4, table.getInt(lastEntry - 4) - 64);

    try (ZstdSource plain = ZstdSource.open(memory(file), "x")) {
      StoredPart part = PartHeader.decode(plain, "x");
      plain.undoPlanes(part);
      assertThatThrownBy(() -> read(plain, part.dataStart() + (1 << 20) + 100, 10))
          .isInstanceOf(CorruptSnapshotException.class)
          .hasMessageContaining("it is no block of tensor 'model/weights', which is in planes");
    }
  }

  @Test
  void theOutlookIsThatOfTheFile() throws IOException {
    add("weights", DType.F32, weights(2 * FRAME, 4));
    add("noise", DType.I32, noise(FRAME));
    StagedState state = stage();
    CompressionPlan plan = state.planCompression();
    double ratio = (double) write(1).length / plainBytes();
    assertThat(plan.ratio()).isBetween(ratio * 0.98, ratio * 1.02);
    assertThat(plan.bytesPerSecond()).isPositive();
  }

  private void add(String name, DType dtype, ByteBuffer bytes) {
    long elements = bytes.capacity() * 8L / dtype.bits();
    tensors.put(new TensorSpec(name, dtype, List.of(elements)), bytes);
  }

  private StagedState stage() throws IOException {
    StateCapture capture = new StateCapture(new Rank(0, 1), Sharing.SAME_ON_ALL_RANKS);
    var section = capture.section("model");
    tensors.forEach((spec, bytes) -> section.tensor(spec, TensorMemory.of(bytes)));
    return capture.copyInto(new StagingBuffer(1L << 30, CHUNK_BYTES));
  }

  private byte[] write(int threads) throws IOException {
    StagedState state = stage();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    state.writeCompressed(
        "part",
        state.planCompression(),
        threads,
        bytes -> {
          byte[] copy = new byte[bytes.remaining()];
          bytes.get(copy);
          file.writeBytes(copy);
        });
    return file.toByteArray();
  }

  private long plainBytes() {
    return tensors.keySet().stream().mapToLong(TensorSpec::byteSize).sum();
  }

  /** Numbers around zero, of which the last bytes are alike. */
  private ByteBuffer weights(int bytes, int width) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.remaining() >= width) {
      double number = random.nextGaussian() * 0.02;
      switch (width) {
        case 2 -> buffer.putShort((short) (Float.floatToIntBits((float) number) >>> 16));
        case 4 -> buffer.putFloat((float) number);
        default -> buffer.putDouble(number);
      }
    }
    return buffer.clear();
  }

  private ByteBuffer noise(int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return ByteBuffer.allocateDirect(bytes).put(noise).clear();
  }

  private static ByteBuffer text(int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    for (int i = 0; i < bytes; i++) {
      buffer.put((byte) ("{\"tree\":" + i % 97).charAt(i % 8));
    }
    return buffer.clear();
  }

  private static String text(ByteBuffer bytes) {
    StringBuilder text = new StringBuilder();
    while (bytes.hasRemaining()) {
      text.append((char) bytes.get());
    }
    return text.toString();
  }

  private static ByteBuffer read(ByteSource source, long position, int bytes) throws IOException {
    ByteBuffer target = ByteBuffer.allocateDirect(bytes);
    source.readFully(position, target);
    return target.flip();
  }

  private static ByteSource memory(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void readFully(long position, ByteBuffer target) throws IOException {
        if (position + target.remaining() > bytes.length) {
          throw new EOFException();
        }
        target.put(bytes, (int) position, target.remaining());
      }
    };
  }
}
