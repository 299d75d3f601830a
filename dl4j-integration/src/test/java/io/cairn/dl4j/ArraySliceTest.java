// SPDX-License-Identifier: Apache-2.0
package io.cairn.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ArraySliceTest {
  private final INDArray numbers = Nd4j.arange(100).castTo(DataType.FLOAT);

  private static float[] floats(ByteBuffer bytes) {
    float[] values = new float[bytes.flip().remaining() / 4];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer bytes(float... values) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer;
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "8", "12", "1073741824"})
  void largeArraysAreReadAndWrittenInPieces(int largestPiece) {
    ArraySlice slice = new ArraySlice(numbers, 10, 5, largestPiece);
    ByteBuffer target = ByteBuffer.allocateDirect(12);
    slice.read(4, target);
    assertThat(slice.byteSize()).isEqualTo(20);
    assertThat(floats(target)).containsExactly(11, 12, 13);

    slice.write(8, bytes(-1, -2));
    assertThat(numbers.getFloat(11)).isEqualTo(11);
    assertThat(numbers.getFloat(12)).isEqualTo(-1);
    assertThat(numbers.getFloat(13)).isEqualTo(-2);
    assertThat(numbers.getFloat(14)).isEqualTo(14);
  }

  @Test
  void aViewBeginsWhereItBegins() {
    INDArray view = numbers.get(NDArrayIndex.interval(20, 30));
    ByteBuffer target = ByteBuffer.allocate(8);
    new ArraySlice(view, 2, 4).read(4, target);
    assertThat(floats(target)).containsExactly(23, 24);
  }

  @Test
  void severalThreadsReadAtOnce() {
    ArraySlice slice = ArraySlice.whole(Nd4j.arange(200_000).castTo(DataType.FLOAT));
    assertThat(slice.isConcurrent()).isTrue();

    IntStream.range(0, 400)
        .parallel()
        .forEach(
            piece -> {
              ByteBuffer target = ByteBuffer.allocateDirect(2000);
              slice.read(piece * 2000L, target);
              assertThat(floats(target)).startsWith(piece * 500f).endsWith(piece * 500f + 499);
            });
  }

  @Test
  void severalThreadsWriteAtOnce() {
    INDArray array = Nd4j.zeros(DataType.FLOAT, 200_000);
    ArraySlice slice = ArraySlice.whole(array);

    IntStream.range(0, 400)
        .parallel()
        .forEach(piece -> slice.write(piece * 2000L, bytes(piece, -piece)));

    for (int piece = 0; piece < 400; piece++) {
      assertThat(array.getFloat(piece * 500L)).isEqualTo(piece);
      assertThat(array.getFloat(piece * 500L + 1)).isEqualTo(-piece);
    }
  }

  @Test
  void theSourceIsReadToItsEnd() {
    ByteBuffer source = bytes(1, 2, 3);
    ArraySlice.whole(numbers).write(0, source);
    assertThat(source.hasRemaining()).isFalse();
    assertThat(numbers.getFloat(2)).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16", "INT", "LONG"})
  void everyTypeOfParametersHasItsSize(DataType type) {
    INDArray array = Nd4j.create(type, 3);
    assertThat(ArraySlice.whole(array).byteSize()).isEqualTo(3L * type.width());
    assertThat(ArraySlice.dtype(array).bits()).isEqualTo(8 * type.width());
  }

  @Test
  void namesOfTypesAreThoseOfFiles() {
    assertThat(ArraySlice.dtype(numbers)).isEqualTo(DType.F32);
  }

  @Test
  void otherTypesAreRefused() {
    assertThatThrownBy(() -> ArraySlice.whole(Nd4j.create(DataType.BOOL, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected an array of FLOAT, DOUBLE, HALF, BFLOAT16, INT or LONG, but found one of"
                + " BOOL");
  }
}
