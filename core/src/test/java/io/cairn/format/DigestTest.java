// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.UnsupportedFormatException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
  private static final byte[] CHECK = "123456789".getBytes(US_ASCII);

  @Test
  void it_is_the_published_check_value() {
    assertThat(Digest.of(ByteBuffer.wrap(CHECK))).hasToString("crc32c:e3069283");
    assertThat(Digest.of(ByteBuffer.allocate(0))).hasToString("crc32c:00000000");
  }

  @Test
  void pieces_give_the_digest_of_the_whole() {
    Digest.Crc32c accumulator = new Digest.Crc32c();
    ByteBuffer direct = ByteBuffer.allocateDirect(CHECK.length).put(CHECK).flip();
    accumulator.update(direct.duplicate().limit(4));
    accumulator.update(direct.position(4));

    assertThat(accumulator.digest()).isEqualTo(Digest.of(ByteBuffer.wrap(CHECK)));
    assertThat(direct.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void text_goes_both_ways(int value) throws Exception {
    Digest digest = new Digest(value);

    assertThat(Digest.parse(digest.toString(), "x")).isEqualTo(digest);
  }

  @Test
  void another_algorithm_is_not_supported() {
    assertThatThrownBy(() -> Digest.parse("xxh64:0123456789abcdef", "file 'a'"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage(
            "file 'a': the digest uses the algorithm 'xxh64', but this Cairn knows only 'crc32c';"
                + " a newer Cairn wrote it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "crc32c",
        "crc32c:",
        "crc32c:123",
        "crc32c:123456789",
        "crc32c:ABCDEF01",
        "crc32c:-1234567",
        "CRC32C:01234567",
        "crc32c:0123456\n"
      })
  void another_form_is_damage(String text) {
    assertThatThrownBy(() -> Digest.parse(text, "file 'a'"))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessage(
            "file 'a': expected a digest as 'crc32c:0123abcd', found '"
                + text.replace('\n', '?')
                + "'");
  }

  @Test
  void sha256_is_the_published_one() {
    assertThat(Digest.sha256("abcd".getBytes(US_ASCII), 3))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
