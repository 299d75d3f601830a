// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.testkit.Repro;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class DigestChainTest {
  private final Random random = Repro.random("digest chain");

  private static Digest crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return new Digest((int) crc.getValue());
  }

  @Test
  void random_pieces_give_the_digest_of_the_whole() {
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = new byte[random.nextInt(3000)];
      random.nextBytes(bytes);
      DigestChain chain = new DigestChain();
      for (int at = 0; at < bytes.length; ) {
        int end = at + random.nextInt(bytes.length - at + 1);
        chain.append(crc(bytes, at, end), end - at);
        at = end;
      }
      assertThat(chain.digest()).isEqualTo(crc(bytes, 0, bytes.length));
    }
  }

  @Test
  void pieces_of_one_size_give_the_digest_of_the_whole() {
    byte[] bytes = new byte[64 * 100];
    random.nextBytes(bytes);
    DigestChain chain = new DigestChain();
    for (int at = 0; at < bytes.length; at += 64) {
      chain.append(crc(bytes, at, at + 64), 64);
    }
    assertThat(chain.digest()).isEqualTo(crc(bytes, 0, bytes.length));
  }

  /** 8 GiB of zeros in 1 MiB steps: the sizes need more than 32 bits. */
  @Test
  void large_pieces_give_the_digest_of_the_whole() {
    byte[] zeros = new byte[1 << 20];
    CRC32C whole = new CRC32C();
    whole.update(1);
    for (int i = 0; i < 1 << 13; i++) {
      whole.update(zeros);
    }
    DigestChain large = new DigestChain();
    for (int i = 0; i < 1 << 13; i++) {
      large.append(Digest.of(ByteBuffer.wrap(zeros)), zeros.length);
    }
    Digest one = crc(new byte[] {1}, 0, 1);
    Digest both = new DigestChain().append(one, 1).append(large.digest(), 1L << 33).digest();

    assertThat(both).isEqualTo(new Digest((int) whole.getValue()));
  }

  @Test
  void nothing_has_the_digest_of_nothing() {
    Digest none = crc(new byte[0], 0, 0);
    assertThat(new DigestChain().digest()).isEqualTo(none);
    assertThat(new DigestChain().append(none, 0).digest()).isEqualTo(none);
    assertThatThrownBy(() -> new DigestChain().append(none, -1))
        .hasMessage("No piece has -1 bytes");
  }
}
