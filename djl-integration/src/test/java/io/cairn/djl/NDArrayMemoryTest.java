// SPDX-License-Identifier: Apache-2.0
package io.cairn.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NDArrayMemoryTest {
  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 64, 1000, 1 << 30})
  void readsAndWritesInPiecesOfAnySize(int largestPiece) {
    NDArray array = manager.create(new Shape(7, 5, 3));
    NDArrayMemory memory = new NDArrayMemory(array, largestPiece);
    byte[] expected = randomBytes((int) memory.byteSize());

    memory.write(0, ByteBuffer.wrap(expected));

    assertThat(array.toByteBuffer(false)).isEqualTo(ByteBuffer.wrap(expected));
    assertThat(read(memory, 0, expected.length)).isEqualTo(expected);
  }

  @Test
  void piecesMayBeginAndEndInsideOfElements() {
    NDArray array = manager.zeros(new Shape(10), DataType.FLOAT64);
    NDArrayMemory memory = new NDArrayMemory(array);
    byte[] part = randomBytes(21);

    memory.write(13, ByteBuffer.wrap(part));

    assertThat(read(memory, 13, 21)).isEqualTo(part);
    assertThat(read(memory, 0, 13)).containsOnly(0);
    assertThat(read(memory, 34, 46)).containsOnly(0);
  }

  @Test
  void writesIntoTheMemoryTrainingWorksOn() {
    NDArray weights = manager.zeros(new Shape(4));
    weights.setRequiresGradient(true);
    ByteBuffer live = weights.toByteBuffer(true);

    new NDArrayMemory(weights).write(0, ByteBuffer.wrap(new byte[] {0, 0, -128, 63}));

    assertThat(live.getFloat(0)).isEqualTo(1f);
    assertThat(weights.hasGradient()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      names = {"FLOAT64", "FLOAT32", "FLOAT16", "INT64", "INT32", "INT8", "UINT8", "BOOLEAN"})
  void everyTypeThatIsAcceptedComesBackByteForByte(DataType type) {
    NDArray array = manager.create(new Shape(5, 2), type);
    assertThat(TensorTypes.specOf("any", array).byteSize()).isEqualTo(10L * type.getNumOfBytes());
    NDArrayMemory memory = new NDArrayMemory(array);
    byte[] bytes = randomBytes(10 * type.getNumOfBytes());
    if (type == DataType.BOOLEAN) {
      bytes = new byte[] {1, 0, 0, 1, 1, 1, 0, 1, 0, 1};
    }

    memory.write(0, ByteBuffer.wrap(bytes));

    assertThat(read(memory, 0, bytes.length)).isEqualTo(bytes);
  }

  @Test
  void aScalarAndAnEmptyArrayAreFine() {
    NDArray scalar = manager.create(2.5f);
    assertThat(ByteBuffer.wrap(read(new NDArrayMemory(scalar), 0, 4)).getInt())
        .isEqualTo(Integer.reverseBytes(Float.floatToRawIntBits(2.5f)));

    NDArrayMemory nothing = new NDArrayMemory(manager.create(new Shape(0, 3)));
    assertThat(nothing.byteSize()).isZero();
    assertThat(read(nothing, 0, 0)).isEmpty();
  }

  @Test
  void anArrayWithGapsIsReadAndWrittenInItsOwnOrder() {
    NDArray rows = manager.arange(12f).reshape(3, 4);
    NDArray columns = rows.transpose();
    NDArrayMemory memory = new NDArrayMemory(columns);
    assertThat(read(memory, 0, 48)).isEqualTo(bytesOf(columns.duplicate()));

    byte[] changed = bytesOf(manager.arange(12f).add(100));
    memory.write(0, ByteBuffer.wrap(changed, 0, 20));
    memory.write(20, ByteBuffer.wrap(changed, 20, 28).slice());

    assertThat(bytesOf(columns.duplicate())).isEqualTo(changed);
    assertThat(rows.getFloat(2, 3)).isEqualTo(columns.getFloat(3, 2));
  }

  @Test
  void severalThreadsReadAtOnce() {
    NDArray rows = manager.randomUniform(0, 1, new Shape(500, 400));
    NDArray columns = rows.transpose();
    int before = manager.getManagedArrays().size();
    for (NDArray array : new NDArray[] {rows, columns}) {
      byte[] expected = bytesOf(array.duplicate());
      NDArrayMemory memory = new NDArrayMemory(array);
      assertThat(memory.isConcurrent()).isTrue();

      IntStream.range(0, 400)
          .parallel()
          .forEach(
              piece ->
                  assertThat(read(memory, piece * 2000L, 2000))
                      .isEqualTo(Arrays.copyOfRange(expected, piece * 2000, piece * 2000 + 2000)));
    }
    assertThat(manager.getManagedArrays()).hasSize(before + 2); // the duplicates
  }

  @Test
  void severalThreadsWriteAtOnce() {
    NDArray rows = manager.zeros(new Shape(500, 400));
    NDArray columns = manager.zeros(new Shape(40, 50)).transpose();
    for (NDArray array : new NDArray[] {rows, columns}) {
      NDArrayMemory memory = new NDArrayMemory(array);
      byte[] expected = randomBytes((int) memory.byteSize());

      IntStream.range(0, expected.length / 400)
          .parallel()
          .forEach(
              piece -> memory.write(piece * 400L, ByteBuffer.wrap(expected, piece * 400, 400)));

      assertThat(bytesOf(array.duplicate())).isEqualTo(expected);
    }
  }

  @Test
  void nothingThatDjlMadeOnTheWayStaysOpen() {
    NDArray array = manager.create(new Shape(100, 10));
    NDArray gaps = manager.create(new Shape(20, 30)).transpose();
    int before = manager.getManagedArrays().size();

    for (NDArray each : new NDArray[] {array, gaps}) {
      NDArrayMemory memory = new NDArrayMemory(each, 64);
      byte[] bytes = read(memory, 0, (int) memory.byteSize());
      memory.write(0, ByteBuffer.wrap(bytes));
    }

    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void anEngineThatHandsOutCopiesIsWrittenToAllTheSame() {
    NDArray array = manager.create(new Shape(7, 3));
    byte[] bytes = randomBytes(84);

    new NDArrayMemory(CopyingArray.of(array), 30).write(0, ByteBuffer.wrap(bytes));

    assertThat(bytesOf(array)).isEqualTo(bytes);
  }

  private static byte[] read(NDArrayMemory memory, long offset, int length) {
    ByteBuffer target = ByteBuffer.allocateDirect(length);
    memory.read(offset, target);
    byte[] bytes = new byte[length];
    target.flip().get(bytes);
    return bytes;
  }

  private static byte[] bytesOf(NDArray array) {
    ByteBuffer buffer = array.toByteBuffer(false);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(3).nextBytes(bytes);
    return bytes;
  }
}
