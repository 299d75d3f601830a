// SPDX-License-Identifier: Apache-2.0
package io.cairn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.model.CheckpointException;
import io.cairn.model.CorruptSnapshotException;
import io.cairn.model.DType;
import io.cairn.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsReaderTest {

  @ParameterizedTest
  @EnumSource
  void every_type_comes_back(DType type) throws IOException {
    TensorLayout layout =
        TensorLayout.of(
            List.of(
                new TensorSpec("empty", type, List.of(4L, 0L)),
                new TensorSpec("cube", type, List.of(2L, 3L, 4L))));
    SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(), layout);

    assertThat(read(MemoryFile.of(header.encode()).claiming(layout.dataBytes()))).isEqualTo(header);
  }

  @Test
  void a_scalar_and_a_tensor_of_a_tebibyte_come_back() throws IOException {
    TensorLayout layout =
        TensorLayout.of(
            List.of(
                new TensorSpec("scalar", DType.F64, List.of()),
                new TensorSpec("large", DType.F32, List.of(1L << 38))));
    SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(), layout);

    assertThat(read(MemoryFile.of(header.encode()).claiming(layout.dataBytes()))).isEqualTo(header);
  }

  @Test
  void the_data_begins_at_a_multiple_of_64_bytes() throws IOException {
    for (int length = 0; length < 130; length++) {
      TreeMap<String, String> metadata = new TreeMap<>();
      metadata.put("a", "x".repeat(length));
      SafetensorsHeader header = new SafetensorsHeader(metadata, TensorLayout.of(List.of()));

      ByteBuffer bytes = header.encode();

      assertThat(bytes.remaining() % 64).isZero();
      assertThat(Long.reverseBytes(bytes.getLong(0))).isEqualTo(bytes.remaining() - 8);
      assertThat(read(MemoryFile.of(bytes))).isEqualTo(header);
    }
  }

  @Test
  void a_file_of_another_writer_is_read_in_whatever_order_its_tensors_lie() throws IOException {
    String header =
        "{\"b10\":{\"data_offsets\":[0,2],\"shape\":[2],\"dtype\":\"U8\",\"more\":1},"
            + "\"a\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[4,6]},"
            + "\"b2\":{\"data_offsets\":[2,4],\"shape\":[2],\"dtype\":\"U8\"}}";

    assertThat(read(MemoryFile.safetensors(header, 6)).layout().slots())
        .extracting(slot -> slot.spec() + " at " + slot.offset())
        .containsExactly("b10 U8 [2] at 0", "b2 U8 [2] at 2", "a BF16 [] at 4");
  }

  @Test
  void the_largest_header_is_written_and_no_larger_one() throws IOException {
    TreeMap<String, String> metadata = new TreeMap<>();
    String large = "x".repeat(1_000_000);
    for (int i = 100; i < 199; i++) {
      metadata.put(String.valueOf(i), large);
    }
    TensorLayout layout = TensorLayout.of(List.of());
    String frame = "{'__metadata__':{'':''}}" + "'100':'',".repeat(99);
    int rest = 99_999_992 - frame.length() - 99_000_000;

    metadata.put("", "x".repeat(rest));
    assertThat(new SafetensorsHeader(metadata, layout).encode().remaining()).isEqualTo(100_000_000);

    metadata.put("", "x".repeat(rest + 1));
    assertThatThrownBy(new SafetensorsHeader(metadata, layout)::encode)
        .isExactlyInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("Cannot write a data file: the header of its 0 tensors would have")
        .hasMessageContaining("100000000 bytes that readers accept");
  }

  @Test
  void hundred_thousand_tensors_are_reasonable() throws IOException {
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      specs.add(new TensorSpec("model/layer." + i, DType.F32, List.of(64L, 64L)));
    }
    TensorLayout layout = TensorLayout.of(specs);
    SafetensorsHeader header = new SafetensorsHeader(new TreeMap<>(), layout);

    assertThat(read(MemoryFile.of(header.encode()).claiming(layout.dataBytes()))).isEqualTo(header);
  }

  @ParameterizedTest
  @CsvSource({
    "0, expected at least 8 bytes",
    "7, expected at least 8 bytes",
  })
  void a_file_without_a_length_is_refused(int size, String message) {
    assertRefused(MemoryFile.of(new byte[size]), message + ", found " + size + "; truncated?");
  }

  @Test
  void a_header_of_an_exbibyte_is_refused_without_memory() {
    MemoryFile file = MemoryFile.of(MemoryFile.littleEndian(1L << 60)).claiming(Long.MAX_VALUE - 8);

    assertRefused(file, "the header claims to have 1152921504606846976 bytes, at most 100000000");
  }

  @Test
  void a_header_length_beyond_63_bits_is_refused() {
    assertRefused(
        MemoryFile.of(MemoryFile.littleEndian(-1)), "claims to have 18446744073709551615 bytes");
  }

  @Test
  void a_header_beyond_the_file_is_refused() {
    assertRefused(
        MemoryFile.of(MemoryFile.littleEndian(100)),
        "the header claims to have 100 bytes, but the file has only 8; truncated?");
  }

  @Test
  void a_header_that_is_no_object_is_refused() {
    assertRefused(MemoryFile.safetensors("", 0), "the header does not begin with '{'");
    assertRefused(MemoryFile.safetensors(" {}", 0), "the header does not begin with '{'");
    assertRefused(MemoryFile.safetensors("[]", 0), "the header does not begin with '{'");
    assertRefused(MemoryFile.safetensors("{\"a\":1}", 0), "no object under 'a'");
    assertRefused(MemoryFile.safetensors("{} {}", 0), "the header is damaged: malformed JSON");
    assertRefused(MemoryFile.safetensors("{", 0), "the header is damaged: malformed JSON");
  }

  @Test
  void deep_nesting_is_refused() {
    assertRefused(MemoryFile.safetensors("{\"a\":".repeat(100_000), 0), "depth");
    assertRefused(MemoryFile.safetensors("{\"a\":" + "[".repeat(100_000), 0), "depth");
  }

  @Test
  void names_twice_and_bad_UTF_8_are_refused() throws IOException {
    String tensor = "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}";
    byte[] bytes = MemoryFile.safetensors("{" + tensor + "}", 0).content();
    bytes[SafetensorsHeader.LENGTH_BYTES + 2] = (byte) 0xFF;

    assertRefused(MemoryFile.safetensors("{" + tensor + "," + tensor + "}", 0), "Duplicate");
    assertRefused(MemoryFile.of(bytes), "not UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "F99 | [2] | [0,2] | tensor 'a' is of unknown type F99",
        "U8 | [-2] | [0,2] | Tensor 'a' has a negative dimension: [-2]",
        "U8 | [-1,-2] | [0,2] | Tensor 'a' has a negative dimension: [-1, -2]",
        "U8 | [9223372036854775807,2] | [0,2] | is larger than 2^63 bits",
        "F64 | [1152921504606846976] | [0,2] | is larger than 2^63 bits",
        "U8 | [18446744073709551618] | [0,2] | whole number does not fit into 64 bits",
        "U8 | [2.0] | [0,2] | 'a.shape[0]': expected a whole number, found 2.0",
        "U8 | 2 | [0,2] | 'a.shape': expected an array, found 2",
        "F4 | [3] | [0,2] | does not fill whole bytes",
        "U8 | [2] | [0] | tensor a U8 [2] has 2 bytes, but its data_offsets are [0]",
        "U8 | [2] | [0,1,2] | but its data_offsets are [0, 1, 2]",
        "U8 | [2] | [0,1] | but its data_offsets are [0, 1]",
        "U8 | [2] | [2,0] | but its data_offsets are [2, 0]",
        "U8 | [2] | [-2,0] | Tensor 'a' cannot lie at offset -2",
        "U8 | [2] | [9223372036854775807,-9223372036854775807] | cannot lie at offset",
        "U8 | [2] | [1,3] | hole before tensor 'a': expected at offset 0, found at 1",
        "U8 | [1] | [0,1] | expected 1 bytes of data, found 2; something was appended?",
        "U8 | [3] | [0,3] | expected 3 bytes of data, found 2; truncated?",
      })
  void a_tensor_that_cannot_be_is_refused(
      String dtype, String shape, String offsets, String message) {
    String tensor =
        String.format(
            "{\"a\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}", dtype, shape, offsets);

    assertRefused(MemoryFile.safetensors(tensor, 2), message);
  }

  @Test
  void a_message_cannot_be_flooded_or_forge_lines() {
    String many = "1,".repeat(100_000) + "1";
    String name = "a\\n2026 INFO all is well";
    String tensor = "\":{\"dtype\":\"U8\",\"shape\":[" + many + "],\"data_offsets\":[0,9]}}";

    assertThatThrownBy(() -> read(MemoryFile.safetensors("{\"" + name + tensor, 9)))
        .isInstanceOf(CorruptSnapshotException.class)
        .message()
        .startsWith("x.safetensors: tensor a?2026 INFO")
        .hasSizeLessThan(700)
        .doesNotContain("\n");
  }

  @Test
  void overlaps_and_holes_between_tensors_are_refused() {
    String pair =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[%d,%d]}}";

    assertRefused(
        MemoryFile.safetensors(String.format(pair, 3, 7), 7),
        "Another tensor overlaps tensor 'b': expected at offset 4, found at 3");
    assertRefused(
        MemoryFile.safetensors(String.format(pair, 0, 4), 4), "Another tensor overlaps tensor");
    assertRefused(
        MemoryFile.safetensors(String.format(pair, 5, 9), 9), "There is a hole before tensor 'b'");
  }

  private static SafetensorsHeader read(ByteSource file) throws IOException {
    return SafetensorsReader.read(file, "x.safetensors", metadata -> {}).header();
  }

  private static void assertRefused(MemoryFile file, String message) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageStartingWith("x.safetensors: ")
        .hasMessageContaining(message);
  }
}
