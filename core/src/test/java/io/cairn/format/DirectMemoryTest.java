// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectMemoryTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 1 << 20})
  void memoryBeginsAtAPage(int bytes) {
    for (int round = 0; round < 10; round++) {
      ByteBuffer memory = DirectMemory.allocate(bytes);
      assertThat(memory.isDirect()).isTrue();
      assertThat(memory.capacity()).isEqualTo(bytes);
      assertThat(memory.remaining()).isEqualTo(bytes);
      assertThat(memory.alignmentOffset(0, 4096)).isZero();
    }
  }
}
