// SPDX-License-Identifier: Apache-2.0
package io.cairn.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.cairn.model.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElementsTest {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  private static double[] decode(DType type, int... bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int b : bytes) {
      buffer.put((byte) b);
    }
    double[] target = new double[Elements.maxCount(bytes.length)];
    return Arrays.copyOf(target, Elements.decode(type, buffer.flip(), target));
  }

  @Test
  void wholeNumbers() {
    assertThat(decode(DType.BOOL, 0, 1)).containsExactly(0, 1);
    assertThat(decode(DType.U8, 255)).containsExactly(255);
    assertThat(decode(DType.I8, 255)).containsExactly(-1);
    assertThat(decode(DType.U16, 255, 255)).containsExactly(65535);
    assertThat(decode(DType.I16, 0, 128)).containsExactly(-32768);
    assertThat(decode(DType.U32, 255, 255, 255, 255)).containsExactly(4294967295.0);
    assertThat(decode(DType.I32, 254, 255, 255, 255)).containsExactly(-2);
    assertThat(decode(DType.I64, 1, 0, 0, 0, 0, 0, 0, 128)).containsExactly(-0x1p63);
    assertThat(decode(DType.U64, 255, 255, 255, 255, 255, 255, 255, 255)).containsExactly(0x1p64);
    assertThat(decode(DType.U64, 3, 0, 0, 0, 0, 0, 0, 0)).containsExactly(3);
  }

  @Test
  void floats() {
    assertThat(decode(DType.F64, 0, 0, 0, 0, 0, 0, 0xE0, 0x3F)).containsExactly(0.5);
    assertThat(decode(DType.F32, 0, 0, 0x80, 0xBF)).containsExactly(-1);
    assertThat(decode(DType.C64, 0, 0, 0x80, 0xBF, 0, 0, 0, 0x40)).containsExactly(-1, 2);
    assertThat(decode(DType.BF16, 0x80, 0x3F, 0x80, 0x7F)).containsExactly(1, INF);
  }

  @ParameterizedTest
  @CsvSource({
    "0x00, 0x3C, 1",
    "0x00, 0xC0, -2",
    "0xFF, 0x7B, 65504",
    "0x00, 0x7C, Infinity",
    "0x01, 0x7C, NaN",
    "0x01, 0x00, 5.960464477539063E-8",
    "0xFF, 0x03, 6.097555160522461E-5",
    "0x00, 0x04, 6.103515625E-5"
  })
  void half(int low, int high, double value) {
    assertThat(decode(DType.F16, low, high)).containsExactly(value);
  }

  /** The values are those of the OCP 8-bit specification and of the FNUZ variants. */
  @ParameterizedTest
  @CsvSource({
    "F8_E4M3, 0x7E, 448",
    "F8_E4M3, 0x7F, NaN",
    "F8_E4M3, 0xFF, NaN",
    "F8_E4M3, 0x01, 0.001953125",
    "F8_E4M3, 0x38, 1",
    "F8_E5M2, 0x7B, 57344",
    "F8_E5M2, 0x7C, Infinity",
    "F8_E5M2, 0x7D, NaN",
    "F8_E5M2, 0x3C, 1",
    "F8_E5M2, 0x01, 1.52587890625E-5",
    "F8_E8M0, 0x7F, 1",
    "F8_E8M0, 0xFF, NaN",
    "F8_E8M0, 0x00, 5.877471754111438E-39",
    "F8_E4M3FNUZ, 0x80, NaN",
    "F8_E4M3FNUZ, 0x7F, 240",
    "F8_E4M3FNUZ, 0x40, 1",
    "F8_E5M2FNUZ, 0x80, NaN",
    "F8_E5M2FNUZ, 0x7F, 57344",
    "F8_E5M2FNUZ, 0x40, 1"
  })
  void eightBits(DType type, int bits, double value) {
    assertThat(decode(type, bits)).containsExactly(value);
  }

  @Test
  void fourBits() {
    assertThat(decode(DType.F4, 0x10, 0x76, 0xF2)).containsExactly(0, 0.5, 4, 6, 1, -6);
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeIsKnownOrSaysItIsNot(DType type) {
    if (Elements.areKnown(type)) {
      assertThat(decode(type, 0, 0, 0, 0, 0, 0, 0, 0)).isNotEmpty();
    }
  }

  @Test
  void statisticsLeaveOutWhatIsNotFinite() {
    TensorStatistics.Collector collector = new TensorStatistics.Collector();
    collector.add(new double[] {3, NAN, -4, INF, -INF, 99}, 5);
    collector.add(new double[] {1}, 1);

    assertThat(collector.result())
        .isEqualTo(new TensorStatistics(6, 1, 2, -4, 3, 0, Math.sqrt(26)));
    assertThat(new TensorStatistics.Collector().result())
        .isEqualTo(new TensorStatistics(0, 0, 0, NAN, NAN, NAN, 0));
  }

  private static TensorStatistics statistics(double... values) {
    TensorStatistics.Collector whole = new TensorStatistics.Collector();
    whole.add(values, values.length);
    TensorStatistics.Collector pieces = new TensorStatistics.Collector();
    for (double value : values) {
      pieces.add(new double[] {value}, 1);
    }
    TensorStatistics numbers = whole.result();
    assertThat(pieces.result().norm()).isCloseTo(numbers.norm(), withinPercentage(1e-12));
    assertThat(pieces.result().mean()).isCloseTo(numbers.mean(), withinPercentage(1e-12));
    return numbers;
  }

  /** Whose squares are infinite, or zero, or lose digits. */
  @ParameterizedTest
  @ValueSource(
      doubles = {1e-308, 1e-200, 1e-162, 0x1p-512, 1e-150, 1, 1e140, 1e146, 1e147, 1e200, 1e307})
  void theNormOfLargeAndSmallNumbers(double scale) {
    assertThat(statistics(3 * scale, 0, -4 * scale).norm())
        .isCloseTo(5 * scale, withinPercentage(1e-12));
  }

  @Test
  void theNormOfLargeAndSmallNumbersTogether() {
    assertThat(statistics(1, 1e-200, 1e-200).norm()).isEqualTo(1);
    assertThat(statistics(1e-200, 1e200, 1).norm()).isEqualTo(1e200);
    assertThat(statistics(3 * 0x1p486, 4 * 0x1p484, 3 * 0x1p484).norm())
        .isCloseTo(Math.sqrt(3 * 3 + 25 / 16.0) * 0x1p486, withinPercentage(1e-12));
    assertThat(statistics(3 * 0x1p-512, 4 * 0x1p-512).norm()).isEqualTo(5 * 0x1p-512);
    assertThat(statistics(Double.MIN_VALUE).norm()).isEqualTo(Double.MIN_VALUE);
    assertThat(statistics(Double.MAX_VALUE).norm()).isEqualTo(Double.MAX_VALUE);
  }

  @Test
  void theMeanOfNumbersWhoseSumIsNoDouble() {
    double large = Double.MAX_VALUE;
    assertThat(statistics(large, large, large).mean()).isEqualTo(large);
    assertThat(statistics(1e308, 1.5e308).mean()).isCloseTo(1.25e308, withinPercentage(1e-12));
    assertThat(statistics(large, large, -large, -large, 5).mean()).isEqualTo(1);
  }
}
