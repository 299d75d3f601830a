// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BytePlanesTest {
  private final Random random = new Random(Long.getLong("cairn.test.seed", 1));

  @ParameterizedTest
  @CsvSource({
    "2, 0",
    "2, 15",
    "2, 16",
    "4, 31",
    "4, 32",
    "4, 33",
    "8, 64",
    "8, 63",
    "2, 100003",
    "4, 1000000",
    "8, 1000007"
  })
  void isTheArrayWithItsFirstAndLastAxesSwapped(int width, int size) {
    byte[] plain = bytes(size);
    ByteBuffer planes = ByteBuffer.allocateDirect(size);
    BytePlanes transposer = new BytePlanes(width);

    transposer.transpose(ByteBuffer.wrap(plain), planes);

    byte[] found = new byte[size];
    planes.get(0, found);
    assertThat(found).isEqualTo(swapped(plain, width));
    ByteBuffer back = ByteBuffer.allocate(size);
    transposer.transpose(planes, back);
    assertThat(back.array()).isEqualTo(plain);
  }

  @Test
  void anExponentIsInTheLastPlane() {
    ByteBuffer floats = ByteBuffer.allocate(32);
    for (int i = 3; i < 32; i += 4) {
      floats.put(i, (byte) 0x3f);
    }
    ByteBuffer planes = ByteBuffer.allocate(32);
    new BytePlanes(4).transpose(floats, planes);
    assertThat(planes.array()).startsWith(new byte[24]).endsWith(0x3f, 0x3f, 0x3f, 0x3f, 0x3f);
  }

  @Test
  void thereAreNoPlanesOfThreeBytes() {
    assertThatThrownBy(() -> new BytePlanes(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Elements of 3 bytes have no planes here");
  }

  /** As docs/FORMAT.md says it, an element at a time. */
  private static byte[] swapped(byte[] plain, int width) {
    byte[] planes = plain.clone();
    int n = plain.length / (8 * width);
    int k = 8 / width;
    for (int a = 0; a < width; a++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < k; j++) {
          for (int b = 0; b < width; b++) {
            planes[((b * n + i) * k + j) * width + a] = plain[((a * n + i) * k + j) * width + b];
          }
        }
      }
    }
    return planes;
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
